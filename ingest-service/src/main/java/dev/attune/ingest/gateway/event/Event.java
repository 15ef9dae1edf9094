package dev.attune.ingest.gateway.event;

import org.apache.avro.specific.SpecificRecord;

/**
 * An event that is fit to be stored.
 *
 * @param key the record key: {@code tenant/turnId}
 * @param receipt what its sender gets once it is stored
 */
public record Event<T extends SpecificRecord>(String key, T value, Receipt receipt) {}
