package dev.attune.trainer.batch;

/** What became of a record. */
public sealed interface Intake {

    /**
     * The pair waits to be trained.
     *
     * @param replaced an older revision was waiting in its place
     * @param truncated it was longer than the limit and was cut
     */
    record Accepted(boolean replaced, boolean truncated) implements Intake {}

    /** There is nothing to do. */
    record Ignored(Cause cause) implements Intake {}

    /** The record can never be trained: a dead letter. */
    record Refused(DeadLetterReason reason, String detail) implements Intake {}

    enum Cause {
        /** The record has no value. */
        EMPTY,
        OTHER_MODEL,
        OTHER_TENANT,
        /** This revision or a newer one was seen. */
        OLD_REVISION,
        /** The newest revision says what was trained before: strengthened pairs are not trained again. */
        ALREADY_TRAINED,
        /** It was retracted before it was trained, or before it was seen. */
        RETRACTED,
        /** It was retracted too late: the weights have learned it. */
        RETRACTED_AFTER_TRAINING
    }
}
