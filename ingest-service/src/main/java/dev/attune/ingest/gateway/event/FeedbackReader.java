package dev.attune.ingest.gateway.event;

import dev.attune.events.FeedbackGiven;
import dev.attune.events.FeedbackKind;
import dev.attune.events.PickOutcome;
import dev.attune.events.Thumb;
import dev.attune.ingest.gateway.access.Caller;
import dev.attune.ingest.gateway.access.Tenant;
import dev.attune.ingest.gateway.privacy.Redacted;
import dev.attune.ingest.gateway.privacy.Redactor;
import dev.attune.schemas.Topics;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads {@code POST /v1/feedback}: a thumb on one completion, a pick between two, an edit of one, the wish for another one,
 * or a retraction of any of these. Completions that the product does not log come along with the feedback.
 *
 * @param defaultModelId the model family of feedback that names none
 * @param redactor takes out of texts what the tenant does not want stored
 */
public record FeedbackReader(String defaultModelId, Redactor redactor) implements EventReader<FeedbackGiven> {
    private static final Set<FeedbackKind> KINDS = EnumSet.complementOf(EnumSet.of(FeedbackKind.UNKNOWN));
    private static final Set<Thumb> THUMBS = EnumSet.complementOf(EnumSet.of(Thumb.UNKNOWN));
    private static final Set<PickOutcome> PICKS = EnumSet.complementOf(EnumSet.of(PickOutcome.UNKNOWN));

    @Override
    public Event<FeedbackGiven> read(JsonFields fields, Caller caller, Arrival arrival) {
        Instant receivedAt = arrival.receivedAt();
        Tenant tenant = caller.tenant();
        EventIdentity identity = EventIdentity.read(fields, tenant, "feedback", arrival);
        Speaker speaker = new Speaker(fields, caller, receivedAt);
        String givenTurnId = speaker.turnId();
        String user = speaker.user();
        String modelId = speaker.modelId();
        Instant occurredAt = fields.optionalInstant("occurredAt", receivedAt);
        boolean allowTraining = fields.optionalBoolean("allowTraining", true);
        FeedbackKind kind = fields.choice("kind", FeedbackKind.class, FeedbackKind.UNKNOWN, KINDS);
        FeedbackGiven.Builder feedback = FeedbackGiven.newBuilder();
        List<String> named = readJudgement(kind, fields, speaker, feedback);
        speaker.refuseTexts();
        String editedText = kind == FeedbackKind.EDIT ? fields.text("editedText") : null;
        InlineTurn inline = named.isEmpty() ? new InlineTurn(List.of(), List.of()) : InlineTurn.read(fields, named);
        if (givenTurnId == null && inline.messages().isEmpty()) {
            fields.missing("turnId", "is missing: it has to be sent, or the prompt with the feedback");
        }
        fields.refuseUnknown();
        fields.refuse();

        String promptId = inline.messages().isEmpty() ? null : tenant.promptId(inline.messages());
        // Only what came with its prompt is still without a turn here.
        String turnId = givenTurnId != null ? givenTurnId : tenant.turnId(String.valueOf(promptId), user);
        Function<String, Redacted> redaction = text -> redactor.redact(text, tenant.redaction());
        if (editedText != null) {
            feedback.setEditedText(Messages.clear(redaction.apply(editedText)));
        }
        FeedbackGiven event = feedback.setEventId(identity.id())
                .setTenant(tenant.id())
                .setModelId(Objects.requireNonNullElse(modelId, defaultModelId))
                .setOccurredAt(Objects.requireNonNullElse(occurredAt, identity.time()))
                .setReceivedAt(receivedAt)
                .setTurnId(turnId)
                .setUserId(user)
                .setKind(kind)
                .setPromptId(promptId)
                .setMessages(Messages.stored(inline.messages(), redaction))
                .setCompletions(inline.stored(redaction))
                .setAllowTraining(allowTraining)
                .build();
        return new Event<>(Topics.key(tenant.id(), turnId), event, new Receipt(identity.id(), turnId, null, promptId));
    }

    /** Returns the completions that the feedback names. */
    private static List<String> readJudgement(
            FeedbackKind kind, JsonFields fields, Speaker speaker, FeedbackGiven.Builder feedback) {
        return switch (kind) {
            case THUMB -> {
                List<String> named = readCompletionId(speaker, feedback);
                feedback.setThumb(fields.choice("thumb", Thumb.class, Thumb.UNKNOWN, THUMBS));
                yield named;
            }
            case PICK -> readPick(fields, speaker, feedback);
            case EDIT, REGENERATE -> readCompletionId(speaker, feedback);
            case RETRACTION -> {
                feedback.setRetractedEventId(fields.uuid("retractedEventId"));
                yield List.of();
            }
            case UNKNOWN -> {
                // The kind itself is wrong, so nobody knows which fields belong to it.
                fields.refuse();
                yield List.of();
            }
        };
    }

    private static List<String> readCompletionId(Speaker speaker, FeedbackGiven.Builder feedback) {
        String completionId = speaker.completionId();
        feedback.setCompletionId(completionId);
        return List.of(completionId);
    }

    private static List<String> readPick(JsonFields fields, Speaker speaker, FeedbackGiven.Builder feedback) {
        String chosen = fields.id("chosenCompletionId");
        String rejected = fields.id("rejectedCompletionId");
        if (!chosen.isEmpty() && chosen.equals(rejected)) {
            fields.invalid("rejectedCompletionId", "must be another completion than chosenCompletionId");
        }
        speaker.requireBoth(chosen, rejected);
        feedback.setChosenCompletionId(chosen)
                .setRejectedCompletionId(rejected)
                .setPick(fields.choice("pick", PickOutcome.class, PickOutcome.UNKNOWN, PICKS));
        return List.of(chosen, rejected);
    }
}
