package dev.attune.ingest.gateway;

import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;

/** Makes an event of a request's fields. */
@FunctionalInterface
interface EventReader<T extends SpecificRecord> {
    /**
     * @param tenant from the credential
     * @param receivedAt now, in whole milliseconds
     * @throws Rejected naming every field that cannot be used
     */
    Event<T> read(JsonFields fields, Tenant tenant, Instant receivedAt);
}
