package dev.attune.ingest.gateway;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.FeedbackKind;
import dev.attune.events.PickOutcome;
import dev.attune.events.Thumb;
import dev.attune.schemas.Topics;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * Reads {@code POST /v1/feedback}: a thumb on one completion, or a pick between two.
 *
 * @param defaultModelId the model family of feedback that names none
 */
record FeedbackReader(String defaultModelId) implements EventReader<FeedbackGiven> {
    /** The kinds that the API takes so far; the schema knows more. */
    private static final Set<FeedbackKind> KINDS = EnumSet.of(FeedbackKind.THUMB, FeedbackKind.PICK);

    private static final Set<Thumb> THUMBS = EnumSet.complementOf(EnumSet.of(Thumb.UNKNOWN));
    private static final Set<PickOutcome> PICKS = EnumSet.complementOf(EnumSet.of(PickOutcome.UNKNOWN));

    @Override
    public Event<FeedbackGiven> read(JsonFields fields, Tenant tenant, Instant receivedAt) {
        String eventId = fields.optionalUuid("eventId");
        String turnId = fields.id("turnId");
        String userId = fields.user("userId");
        String modelId = fields.optionalId("modelId");
        Instant occurredAt = fields.optionalInstant("occurredAt", receivedAt);
        FeedbackKind kind = fields.choice("kind", FeedbackKind.class, FeedbackKind.UNKNOWN, KINDS);
        FeedbackGiven.Builder feedback = FeedbackGiven.newBuilder();
        switch (kind) {
            case THUMB -> readThumb(fields, feedback);
            case PICK -> readPick(fields, feedback);
            // The kind itself is wrong, so nobody knows which fields belong to it.
            case UNKNOWN, EDIT, REGENERATE, RETRACTION -> fields.refuse();
        }
        fields.refuseUnknown();
        fields.refuse();

        String id =
                eventId != null ? eventId : UuidCreator.getTimeOrderedEpoch().toString();
        FeedbackGiven event = feedback.setEventId(id)
                .setTenant(tenant.id())
                .setModelId(Objects.requireNonNullElse(modelId, defaultModelId))
                .setOccurredAt(Objects.requireNonNullElse(occurredAt, receivedAt))
                .setReceivedAt(receivedAt)
                .setTurnId(turnId)
                .setUserId(tenant.pseudonym(userId))
                .setKind(kind)
                .build();
        return new Event<>(Topics.key(tenant.id(), turnId), event, new Receipt(id, turnId, null, null));
    }

    private static void readThumb(JsonFields fields, FeedbackGiven.Builder feedback) {
        feedback.setCompletionId(fields.id("completionId"))
                .setThumb(fields.choice("thumb", Thumb.class, Thumb.UNKNOWN, THUMBS));
    }

    private static void readPick(JsonFields fields, FeedbackGiven.Builder feedback) {
        String chosen = fields.id("chosenCompletionId");
        String rejected = fields.id("rejectedCompletionId");
        if (!chosen.isEmpty() && chosen.equals(rejected)) {
            fields.invalid("rejectedCompletionId", "must be another completion than chosenCompletionId");
        }
        feedback.setChosenCompletionId(chosen)
                .setRejectedCompletionId(rejected)
                .setPick(fields.choice("pick", PickOutcome.class, PickOutcome.UNKNOWN, PICKS));
    }
}
