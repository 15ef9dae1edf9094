package dev.attune.ingest.pairing.rules;

/** Where a record was read, so that a dead letter can say so much later. */
public record Source(int partition, long offset) {}
