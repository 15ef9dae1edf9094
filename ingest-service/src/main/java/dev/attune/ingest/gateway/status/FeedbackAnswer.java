package dev.attune.ingest.gateway.status;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.attune.events.FeedbackState;
import dev.attune.events.FeedbackStatus;
import dev.attune.events.StatusDeadLetter;
import dev.attune.events.StatusEvidence;
import dev.attune.events.StatusTraining;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code GET /v1/feedback/{eventId}} answers. All fields are always there, in this order; times are ISO 8601 in UTC.
 *
 * @param state the first of these that holds: RETRACTED, SERVED, TRAINED, PAIRED, SINGLE, DEAD_LETTER, UNPAIRED, ACCEPTED, UNKNOWN
 * @param acceptedAt null where only what followed from it is known yet
 * @param turnId null as acceptedAt
 * @param pairs the newest ones, at most 32
 * @param activePairs how many it is evidence for now, listed or not
 * @param singles the newest ones, at most 8
 * @param trainedIn the newest versions, at most 16
 * @param trainedExamples pairs and single answers that any version learned from, with the event in their evidence
 * @param deadLetter null where there is none, or it was resolved
 * @param hint where to ask on; null where there is nothing to add
 * @param updatedAt when the newest of all this happened, except for what serves
 */
@JsonPropertyOrder({
    "eventId",
    "state",
    "acceptedAt",
    "turnId",
    "allowTraining",
    "pairs",
    "activePairs",
    "singles",
    "activeSingles",
    "trainedIn",
    "trainedExamples",
    "deadLetter",
    "hint",
    "updatedAt"
})
record FeedbackAnswer(
        String eventId,
        String state,
        @Nullable String acceptedAt,
        @Nullable String turnId,
        boolean allowTraining,
        List<PairLine> pairs,
        long activePairs,
        List<SingleLine> singles,
        long activeSingles,
        List<TrainedLine> trainedIn,
        long trainedExamples,
        @Nullable DeadLetterLine deadLetter,
        @Nullable String hint,
        String updatedAt) {

    /** @param active whether the event is evidence for it now */
    @JsonPropertyOrder({"pairId", "active"})
    record PairLine(String pairId, boolean active) {}

    /** @param active as of a pair */
    @JsonPropertyOrder({"completionId", "active"})
    record SingleLine(String completionId, boolean active) {}

    /**
     * A version that learned from the event.
     *
     * @param examples pairs and single answers with the event in their evidence
     * @param servingState where this version's own release stands; UNKNOWN where nothing was said of it
     * @param servedIn the version that users are answered with, where it is this one or grew from it; null otherwise
     */
    @JsonPropertyOrder({"version", "modelId", "trainedAt", "examples", "servingState", "servedIn"})
    record TrainedLine(
            String version,
            String modelId,
            String trainedAt,
            int examples,
            String servingState,
            @Nullable String servedIn) {}

    @JsonPropertyOrder({"reason", "detail", "stage", "at"})
    record DeadLetterLine(String reason, String detail, String stage, String at) {}

    static FeedbackAnswer of(FeedbackStatus status, Versions versions) {
        List<TrainedLine> trained = status.getTrainings().stream()
                .map(training -> line(training, versions))
                .toList();
        boolean served = trained.stream().anyMatch(line -> line.servedIn() != null);
        FeedbackState state =
                status.getState() == FeedbackState.TRAINED && served ? FeedbackState.SERVED : status.getState();
        boolean known = !status.getTurnId().isEmpty();
        return new FeedbackAnswer(
                status.getFeedbackEventId(),
                state.name(),
                known ? time(status.getReceivedAt()) : null,
                known ? status.getTurnId() : null,
                status.getAllowTraining(),
                status.getPairs().stream()
                        .map(pair -> new PairLine(pair.getId(), pair.getActive()))
                        .toList(),
                status.getActivePairs(),
                status.getSingles().stream().map(FeedbackAnswer::line).toList(),
                status.getActiveSingles(),
                trained,
                status.getTrainedExamples(),
                status.getDeadLetters().stream()
                        .filter(letter -> !letter.getResolved())
                        .findFirst()
                        .map(FeedbackAnswer::line)
                        .orElse(null),
                hint(status, state),
                time(status.getOccurredAt()));
    }

    private static SingleLine line(StatusEvidence single) {
        return new SingleLine(single.getId(), single.getActive());
    }

    private static TrainedLine line(StatusTraining training, Versions versions) {
        return new TrainedLine(
                training.getVersion(),
                training.getModelId(),
                time(training.getAt()),
                training.getExamples(),
                versions.state(training.getVersion()).name(),
                versions.servedIn(training.getOwner(), training.getModelId(), training.getVersion())
                        .orElse(null));
    }

    private static DeadLetterLine line(StatusDeadLetter letter) {
        return new DeadLetterLine(letter.getReason(), letter.getDetail(), letter.getStage(), time(letter.getAt()));
    }

    private static @Nullable String hint(FeedbackStatus status, FeedbackState state) {
        if (!status.getAllowTraining()) {
            return "allowTraining is false: it is counted, and never trained on";
        }
        return state == FeedbackState.ACCEPTED || state == FeedbackState.UNPAIRED
                ? "why there is no pair: GET /v1/turns/" + status.getTurnId()
                        + " of the pairing service's admin server says it"
                : null;
    }

    private static String time(Instant instant) {
        return instant.toString();
    }
}
