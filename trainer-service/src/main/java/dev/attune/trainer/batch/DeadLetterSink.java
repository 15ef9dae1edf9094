package dev.attune.trainer.batch;

import java.util.List;

/** Where records go that cannot be used. */
@FunctionalInterface
public interface DeadLetterSink {

    /** What is set aside, and why. */
    record SetAside(SourceRecord source, DeadLetterReason reason, String detail) {}

    /** Writes them all, or fails: none is dropped in silence. */
    void write(List<SetAside> records);
}
