package dev.attune.publisher.canary;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** One feedback event of a user. Answers are named as in {@link SeenAnswer#answerId()}. */
sealed interface Said {
    Comparator<Said> BY_TIME = Comparator.comparing(Said::occurredAt).thenComparing(Said::eventId);

    String eventId();

    Instant occurredAt();

    Instant receivedAt();

    /** Of a user's opinions in one place the latest counts. */
    record Place(Class<? extends Said> kind, List<String> answerIds) {}

    /** That which says something of answers. */
    sealed interface Opinion extends Said {
        Place place();
    }

    /** A thumb; cleared, it only takes an earlier one back. */
    record Thumb(String eventId, Instant occurredAt, Instant receivedAt, String answerId, Direction direction)
            implements Opinion {
        enum Direction {
            UP,
            DOWN,
            CLEARED
        }

        @Override
        public Place place() {
            return new Place(Thumb.class, List.of(answerId));
        }
    }

    /** The user wrote another text in its place: it was not good enough. */
    record Edit(String eventId, Instant occurredAt, Instant receivedAt, String answerId) implements Opinion {
        @Override
        public Place place() {
            return new Place(Edit.class, List.of(answerId));
        }
    }

    /**
     * A pick between two answers.
     *
     * @param ofFirst 1 where it won, ½ where it tied, 0 where it lost, or both were bad
     */
    record Pick(
            String eventId,
            Instant occurredAt,
            Instant receivedAt,
            String firstId,
            String secondId,
            double ofFirst,
            double ofSecond)
            implements Opinion {
        @Override
        public Place place() {
            // Whichever was shown first: it is the same pair of answers.
            return new Place(
                    Pick.class,
                    firstId.compareTo(secondId) < 0 ? List.of(firstId, secondId) : List.of(secondId, firstId));
        }
    }

    /** What an earlier event of the same user said does not count. */
    record Retraction(String eventId, Instant occurredAt, Instant receivedAt, String retractedEventId)
            implements Said {}
}
