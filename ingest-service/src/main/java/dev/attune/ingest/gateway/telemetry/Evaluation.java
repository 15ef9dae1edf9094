package dev.attune.ingest.gateway.telemetry;

import dev.attune.events.FeedbackGiven;
import dev.attune.events.PickOutcome;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Feedback as OpenTelemetry's event {@code gen_ai.evaluation.result}: one evaluation a judged completion. It never has an
 * explanation, which would be a user's words.
 *
 * @param name what was given
 * @param label what the user said
 * @param score 1 is best and 0 worst; null where the feedback has no degree
 * @param responseId the completion; null for a retraction, which names an event
 * @param eventId the feedback's id
 */
record Evaluation(
        String name,
        String label,
        @Nullable Double score,
        @Nullable String responseId,
        String eventId,
        @Nullable String retractedEventId) {
    static final String EVENT_NAME = "gen_ai.evaluation.result";

    private static final AttributeKey<String> NAME = AttributeKey.stringKey("gen_ai.evaluation.name");
    private static final AttributeKey<Double> SCORE = AttributeKey.doubleKey("gen_ai.evaluation.score.value");
    private static final AttributeKey<String> LABEL = AttributeKey.stringKey("gen_ai.evaluation.score.label");
    private static final AttributeKey<String> RESPONSE = AttributeKey.stringKey("gen_ai.response.id");
    private static final AttributeKey<String> EVENT = AttributeKey.stringKey("attune.event.id");
    private static final AttributeKey<String> RETRACTED = AttributeKey.stringKey("attune.retracted_event.id");

    static List<Evaluation> of(FeedbackGiven feedback) {
        String id = feedback.getEventId();
        String completion = feedback.getCompletionId();
        return switch (feedback.getKind()) {
            case THUMB ->
                List.of(new Evaluation(
                        "thumb",
                        label(feedback.getThumb()),
                        switch (feedback.getThumb()) {
                            case UP -> 1.0;
                            case DOWN -> 0.0;
                            case CLEARED, UNKNOWN -> null;
                        },
                        completion,
                        id,
                        null));
            case PICK -> ofPick(feedback);
            case EDIT -> List.of(new Evaluation("edit", "edited", null, completion, id, null));
            case REGENERATE -> List.of(new Evaluation("regenerate", "regenerated", null, completion, id, null));
            case RETRACTION ->
                List.of(new Evaluation("retraction", "retracted", null, null, id, feedback.getRetractedEventId()));
            case UNKNOWN -> List.of();
        };
    }

    private static List<Evaluation> ofPick(FeedbackGiven feedback) {
        boolean chosen = feedback.getPick() == PickOutcome.CHOSEN;
        String label = label(feedback.getPick());
        double equal = feedback.getPick() == PickOutcome.TIE ? 0.5 : 0;
        String id = feedback.getEventId();
        return List.of(
                new Evaluation("pick", label, chosen ? 1.0 : equal, feedback.getChosenCompletionId(), id, null),
                new Evaluation(
                        "pick",
                        chosen ? "rejected" : label,
                        chosen ? 0.0 : equal,
                        feedback.getRejectedCompletionId(),
                        id,
                        null));
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    Attributes attributes() {
        AttributesBuilder attributes =
                Attributes.builder().put(NAME, name).put(LABEL, label).put(EVENT, eventId);
        if (score != null) {
            attributes.put(SCORE, score);
        }
        if (responseId != null) {
            attributes.put(RESPONSE, responseId);
        }
        if (retractedEventId != null) {
            attributes.put(RETRACTED, retractedEventId);
        }
        return attributes.build();
    }
}
