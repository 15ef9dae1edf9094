package dev.attune.ingest.gateway.route;

import dev.attune.ingest.gateway.access.Caller;
import dev.attune.ingest.gateway.access.Scope;
import dev.attune.ingest.gateway.event.Arrival;
import dev.attune.ingest.gateway.event.Event;
import dev.attune.ingest.gateway.event.EventReader;
import dev.attune.ingest.gateway.event.JsonFields;
import dev.attune.ingest.gateway.event.Receipt;
import dev.attune.ingest.gateway.log.EventLog;
import dev.attune.ingest.gateway.log.PendingAppend;
import dev.attune.ingest.gateway.problem.Rejected;
import dev.attune.ingest.gateway.telemetry.Trace;
import org.apache.avro.specific.SpecificRecord;

/**
 * One kind of event: who may send it, how it is read, and where it goes. Both routes end here, the one for single events and
 * the one for batches.
 *
 * @param name as batches and metrics name it
 */
public record EventSink<T extends SpecificRecord>(String name, Scope scope, EventReader<T> reader, EventLog<T> log) {

    /** An event that is on its way, and the answer once it is there. */
    public record Sent(Receipt receipt, PendingAppend pending) {
        /** @throws Rejected when it was not stored in time */
        public Receipt await(long deadline) {
            pending.await(deadline);
            return receipt;
        }
    }

    /** @throws Rejected when the caller may not, or the event cannot be used */
    public Sent send(JsonFields fields, Caller caller, Arrival arrival, Trace trace, long deadline) {
        caller.require(scope);
        Event<T> event = reader.read(fields, caller, arrival);
        return new Sent(event.receipt(), log.append(event, trace, deadline));
    }
}
