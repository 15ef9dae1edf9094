package dev.attune.ingest.gateway.event;

import dev.attune.events.AnswerFailure;
import dev.attune.events.CompletionServed;
import dev.attune.events.SamplingParameters;
import dev.attune.ingest.gateway.access.Caller;
import dev.attune.ingest.gateway.access.FeedbackGrant;
import dev.attune.ingest.gateway.access.FeedbackTokens;
import dev.attune.ingest.gateway.access.SentMessage;
import dev.attune.ingest.gateway.access.Tenant;
import dev.attune.ingest.gateway.privacy.Redacted;
import dev.attune.ingest.gateway.privacy.Redactor;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code POST /v1/completions}: one answer that the model gave, or failed to give.
 *
 * @param defaultModelId the model family of a completion that names none
 * @param redactor takes out of texts what the tenant does not want stored
 */
public record CompletionReader(String defaultModelId, Redactor redactor) implements EventReader<CompletionServed> {
    private static final int MOST_TOKENS = 131_072;
    /** No log-probability of a float is lower; minus infinity is no JSON number. */
    private static final double LEAST_LOGPROB = -1e6;

    private static final long LONGEST_LATENCY_MS = Duration.ofDays(1).toMillis();
    private static final Set<AnswerFailure> FAILURES = EnumSet.complementOf(EnumSet.of(AnswerFailure.UNKNOWN));

    @Override
    public Event<CompletionServed> read(JsonFields fields, Caller caller, Arrival arrival) {
        Instant receivedAt = arrival.receivedAt();
        Tenant tenant = caller.tenant();
        EventIdentity event = EventIdentity.read(fields, tenant, "completion", arrival);
        String givenTurnId = fields.optionalId("turnId");
        String givenCompletionId = fields.optionalId("completionId");
        String modelId = fields.optionalId("modelId");
        String modelVersion = fields.optionalId("modelVersion");
        List<SentMessage> messages = Messages.sent(fields.objects("messages", Messages.MOST));
        AnswerFailure failure = fields.optionalChoice("failure", AnswerFailure.class, FAILURES);
        // Whoever got no answer has no text to send.
        String text = failure == null ? fields.text("text") : fields.optionalText("text", "");
        String userId = fields.optionalUser("userId");
        Instant occurredAt = fields.optionalInstant("occurredAt", receivedAt);
        SamplingParameters sampling = sampling(fields.optionalObject("sampling"));
        List<Float> tokenLogprobs = fields.optionalNumbers("tokenLogprobs", LEAST_LOGPROB, 0, MOST_TOKENS);
        Boolean refused = fields.optionalFlag("refused");
        Long latencyMs = fields.optionalInteger("latencyMs", 0, LONGEST_LATENCY_MS);
        boolean allowShadow = fields.optionalBoolean("allowShadow", true);
        fields.refuseUnknown();
        fields.refuse();

        String promptId = tenant.promptId(messages);
        String user = userId == null ? null : tenant.pseudonym(userId);
        String completionId = givenCompletionId != null ? givenCompletionId : tenant.completionId(event.id());
        // Nobody knows whether two unknown users are one: an answer to an unknown user is a turn of its own.
        String turnId = givenTurnId != null
                ? givenTurnId
                : tenant.turnId(promptId, Objects.requireNonNullElse(user, completionId));
        Redacted answer = redactor.redact(text, tenant.redaction());
        CompletionServed completion = CompletionServed.newBuilder()
                .setEventId(event.id())
                .setTenant(tenant.id())
                .setModelId(Objects.requireNonNullElse(modelId, defaultModelId))
                .setOccurredAt(Objects.requireNonNullElse(occurredAt, event.time()))
                .setReceivedAt(receivedAt)
                .setTurnId(turnId)
                .setCompletionId(completionId)
                .setPromptId(promptId)
                .setUserId(user)
                .setModelVersion(Objects.requireNonNullElse(modelVersion, ""))
                .setMessages(Messages.stored(messages, content -> redactor.redact(content, tenant.redaction())))
                .setText(Messages.clear(answer))
                .setSampling(sampling)
                // They are those of the tokens that were sent.
                .setTokenLogprobs(answer.isChanged() ? null : tokenLogprobs)
                .setFailure(failure)
                .setRefused(refused)
                .setLatencyMs(latencyMs)
                .setAllowShadow(allowShadow)
                .build();
        Receipt receipt = new Receipt(event.id(), turnId, completionId, promptId, feedbackToken(tenant, completion));
        return new Event<>(Topics.key(tenant.id(), turnId), completion, receipt);
    }

    /** It ends by the completion's own time, where that is known: a repeated request gets the same one. */
    private static @Nullable String feedbackToken(Tenant tenant, CompletionServed completion) {
        String user = completion.getUserId();
        FeedbackTokens tokens = tenant.feedbackTokens().orElse(null);
        if (user == null || tokens == null) {
            return null;
        }
        FeedbackGrant grant =
                new FeedbackGrant(completion.getTurnId(), completion.getCompletionId(), user, completion.getModelId());
        return tokens.issue(grant, completion.getOccurredAt());
    }

    private static @Nullable SamplingParameters sampling(@Nullable JsonFields fields) {
        if (fields == null) {
            return null;
        }
        Long maxTokens = fields.optionalInteger("maxTokens", 1, Integer.MAX_VALUE);
        SamplingParameters sampling = SamplingParameters.newBuilder()
                .setTemperature(fields.optionalNumber("temperature", 0, 100))
                .setTopP(fields.optionalNumber("topP", 0, 1))
                .setMaxTokens(maxTokens == null ? null : maxTokens.intValue())
                .setSeed(fields.optionalInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE))
                .build();
        fields.refuseUnknown();
        return sampling;
    }
}
