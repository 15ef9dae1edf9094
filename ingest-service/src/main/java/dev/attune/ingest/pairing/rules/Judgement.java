package dev.attune.ingest.pairing.rules;

import java.util.List;

/** What one feedback event says. */
public sealed interface Judgement {

    /** A judgement that stands until the same user gives a later one of the same subject. */
    sealed interface Opinion extends Judgement {
        /** The completions it is about, sorted: with the user and the kind of opinion they name its place. */
        List<String> completionIds();

        /** False where it only takes an earlier opinion back. */
        boolean counts();
    }

    /** A thumb on one completion. */
    record Thumb(String completionId, Direction direction) implements Opinion {
        public enum Direction {
            UP,
            DOWN,
            CLEARED
        }

        @Override
        public List<String> completionIds() {
            return List.of(completionId);
        }

        @Override
        public boolean counts() {
            return direction != Direction.CLEARED;
        }
    }

    /** One completion against another of the same turn; {@code firstId} sorts before {@code secondId}. */
    record Comparison(String firstId, String secondId, Outcome outcome) implements Opinion {
        public enum Outcome {
            FIRST,
            SECOND,
            TIE,
            BOTH_BAD
        }

        public Comparison {
            if (firstId.compareTo(secondId) >= 0) {
                throw new IllegalArgumentException("a comparison names two different completions, in order");
            }
        }

        /** A pick of {@code chosenId} over {@code rejectedId}, which must differ. */
        public static Comparison pick(String chosenId, String rejectedId) {
            return chosenId.compareTo(rejectedId) < 0
                    ? new Comparison(chosenId, rejectedId, Outcome.FIRST)
                    : new Comparison(rejectedId, chosenId, Outcome.SECOND);
        }

        /** Neither is preferred: {@code outcome} is TIE or BOTH_BAD. */
        public static Comparison undecided(String oneId, String otherId, Outcome outcome) {
            return oneId.compareTo(otherId) < 0
                    ? new Comparison(oneId, otherId, outcome)
                    : new Comparison(otherId, oneId, outcome);
        }

        @Override
        public List<String> completionIds() {
            return List.of(firstId, secondId);
        }

        @Override
        public boolean counts() {
            return true;
        }
    }

    /** The completion as the user would have it; {@code textDigest} is equal for equal texts only. */
    record Edit(String completionId, String textDigest) implements Opinion {
        /** The edited text's own id among the completions: the same for all edits of one user, so that a later one revises. */
        public static String editedId(String completionId, String userId) {
            return "edit-" + StableHash.id("edit", completionId, userId);
        }

        @Override
        public List<String> completionIds() {
            return List.of(completionId);
        }

        @Override
        public boolean counts() {
            return true;
        }
    }

    /** The user asked for another completion instead of this one: a hint that it did not please. */
    record Regeneration(String completionId) implements Opinion {
        @Override
        public List<String> completionIds() {
            return List.of(completionId);
        }

        @Override
        public boolean counts() {
            return true;
        }
    }

    /** The user takes the event {@code retractedEventId} of their own back. */
    record Retraction(String retractedEventId) implements Judgement {}
}
