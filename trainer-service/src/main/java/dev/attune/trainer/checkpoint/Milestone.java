package dev.attune.trainer.checkpoint;

/** Points of the trainer's work between which its state on disk, in Kafka and in memory differ. */
public enum Milestone {
    /** Records were read, and taken in. */
    POLLED,
    /** The journal knows that the reference follows a release. */
    RELEASE_JOURNALLED,
    /** A batch was taken from what waits, and no journal knows of it. */
    BATCH_TAKEN,
    /** The journal knows of the batch. */
    BATCH_JOURNALLED,
    /** Weights and moments in memory are those after the step, or the step was skipped. */
    STEP_TAKEN,
    /** A step of the journal was taken again. */
    STEP_REPLAYED,
    /** The journal knows of the checkpoint. */
    CHECKPOINT_JOURNALLED,
    /** Some of a checkpoint's files are there. */
    CHECKPOINT_BEGUN,
    /** All of them are, under the name of an unfinished one. */
    CHECKPOINT_WRITTEN,
    /** They, and the directories, are forced to the disk. */
    CHECKPOINT_FORCED,
    /** The directory has its name. */
    CHECKPOINT_NAMED,
    /** Its event is committed: it counts. */
    CHECKPOINT_COMMITTED;

    /** Told of each point as it is passed. A test ends the process there; in production nobody listens. */
    @FunctionalInterface
    public interface Listener {
        Listener NOBODY = point -> {};

        void passed(Milestone point);
    }
}
