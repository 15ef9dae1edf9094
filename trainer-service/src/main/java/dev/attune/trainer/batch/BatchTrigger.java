package dev.attune.trainer.batch;

/** Why waiting pairs became a batch. */
public enum BatchTrigger {
    /** There were enough of them. */
    SIZE,
    /** One of them had waited long enough. */
    AGE
}
