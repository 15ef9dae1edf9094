package dev.attune.ingest.replay;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of a dataset as the gateway takes it: a prompt, the answers to it, and what people said of them.
 *
 * @param row the row's number in the file, from 1
 */
record Turn(long row, String turnId, List<Message> messages, List<Answer> answers, List<Judgement> judgements) {

    record Message(String role, String content) {}

    /** @param modelVersion empty where the dataset does not say */
    record Answer(String completionId, String text, String modelVersion) {}

    /** What one user said. */
    sealed interface Judgement {
        /** As the dataset names the user. */
        String user();

        /** In ISO 8601, or null where the dataset does not say. */
        @Nullable
        String occurredAt();
    }

    /** @param thumb up, down or cleared */
    record Thumb(
            String user,
            String completionId,
            String thumb,
            @Nullable String occurredAt) implements Judgement {}

    /** @param pick chosen, tie or both_bad */
    record Pick(
            String user,
            String chosenCompletionId,
            String rejectedCompletionId,
            String pick,
            @Nullable String occurredAt)
            implements Judgement {}
}
