package dev.attune.trainer.batch;

import org.jspecify.annotations.Nullable;

/** A record as it was read, with where it lies. */
@SuppressWarnings("ArrayRecordComponent") // Kafka's own bytes, never compared
public record SourceRecord(String topic, int partition, long offset, byte @Nullable [] key, byte @Nullable [] value) {}
