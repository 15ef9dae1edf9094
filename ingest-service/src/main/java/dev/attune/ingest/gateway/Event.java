package dev.attune.ingest.gateway;

import org.apache.avro.specific.SpecificRecord;

/**
 * An event that is fit to be stored.
 *
 * @param key the record key: {@code tenant/turnId}
 * @param receipt what its sender gets once it is stored
 */
record Event<T extends SpecificRecord>(String key, T value, Receipt receipt) {}
