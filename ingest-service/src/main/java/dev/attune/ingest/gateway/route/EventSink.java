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
import dev.attune.ingest.gateway.rate.Rates;
import dev.attune.ingest.gateway.telemetry.Trace;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * One kind of event: who may send it, how it is read, and where it goes. Both routes end here, the one for single events and
 * the one for batches.
 *
 * @param name as batches and metrics name it
 * @param user the pseudonym of the user whom an event is of; null where nobody knows
 */
public record EventSink<T extends SpecificRecord>(
        String name,
        Scope scope,
        EventReader<T> reader,
        Function<T, @Nullable String> user,
        Rates rates,
        EventLog<T> log) {

    /** An event that is on its way, and the answer once it is there. */
    public record Sent(Receipt receipt, PendingAppend pending) {
        /** @throws Rejected when it was not stored in time */
        public Receipt await() {
            pending.await();
            return receipt;
        }
    }

    /** @throws Rejected when the caller may not, or the event cannot be used */
    public Sent send(JsonFields fields, Caller caller, Arrival arrival, Trace trace, long deadline) {
        caller.require(scope);
        Event<T> event = reader.read(fields, caller, arrival);
        String pseudonym = user.apply(event.value());
        if (pseudonym != null) {
            rates.takeOfUser(caller.tenant(), pseudonym);
        }
        return new Sent(event.receipt(), log.append(event, trace, deadline));
    }
}
