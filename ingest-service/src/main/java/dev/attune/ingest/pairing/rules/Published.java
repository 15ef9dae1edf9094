package dev.attune.ingest.pairing.rules;

/**
 * What was last said of a pair or a single.
 *
 * @param content as it was last sent out; after a retraction, as it was before
 * @param revision of the last sending; the first is 1
 * @param active false once retracted
 */
public record Published<T>(T content, long revision, boolean active) {}
