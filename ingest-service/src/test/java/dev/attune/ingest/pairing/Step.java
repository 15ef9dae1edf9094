package dev.attune.ingest.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.InlineCompletion;
import java.time.Duration;
import org.apache.avro.specific.SpecificRecord;

/** One thing that happens in a history. */
sealed interface Step {

    /** An event arrives. */
    record Arrival(SpecificRecord event) implements Step {
        String promptId() {
            return switch (event) {
                case CompletionServed served -> served.getPromptId();
                case FeedbackGiven given ->
                    given.getTurnId().substring(0, given.getTurnId().indexOf('-'));
                default -> throw new IllegalStateException("only completions and feedback arrive");
            };
        }

        /** What a person needs to see of it. */
        @Override
        public String toString() {
            return switch (event) {
                case CompletionServed served ->
                    "completion " + served.getCompletionId() + " '"
                            + served.getText().getValue() + "' of '" + served.getModelVersion() + "'";
                case FeedbackGiven given -> describe(given);
                default -> event.toString();
            };
        }

        private static String describe(FeedbackGiven given) {
            String subject = switch (given.getKind()) {
                case THUMB -> given.getThumb() + " " + given.getCompletionId();
                case PICK ->
                    given.getPick() + " " + given.getChosenCompletionId() + " " + given.getRejectedCompletionId();
                case EDIT ->
                    given.getCompletionId() + " '" + given.getEditedText().getValue() + "'";
                case REGENERATE -> given.getCompletionId();
                case RETRACTION -> given.getRetractedEventId();
                case UNKNOWN -> "";
            };
            return given.getEventId() + " " + given.getUserId() + " " + given.getKind() + " " + subject + " at "
                    + given.getOccurredAt() + ", received " + given.getReceivedAt()
                    + (given.getAllowTraining() ? "" : ", not for training")
                    + (given.getCompletions().isEmpty()
                            ? ""
                            : ", with "
                                    + given.getCompletions().stream()
                                            .map(InlineCompletion::getCompletionId)
                                            .toList());
        }
    }

    /** Nothing arrives for so long. */
    record Pause(Duration duration) implements Step {}

    /** The process ends, and another one goes on with its state. */
    record Restart() implements Step {}
}
