package dev.attune.ingest.gateway.event;

import dev.attune.ingest.gateway.access.Caller;
import dev.attune.ingest.gateway.problem.Rejected;
import org.apache.avro.specific.SpecificRecord;

/** Makes an event of a request's fields. */
@FunctionalInterface
public interface EventReader<T extends SpecificRecord> {
    /**
     * @param caller whose credential names the tenant
     * @param arrival when and as what it came
     * @throws Rejected naming every field that cannot be used
     */
    Event<T> read(JsonFields fields, Caller caller, Arrival arrival);
}
