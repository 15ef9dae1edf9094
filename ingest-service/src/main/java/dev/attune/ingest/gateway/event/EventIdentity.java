package dev.attune.ingest.gateway.event;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.attune.ingest.gateway.access.Tenant;
import java.time.Instant;
import java.util.UUID;

/**
 * Which event it is. Where the client gave an id or a key it follows from the request alone, so that a repetition is the same
 * event at every instance of the gateway.
 *
 * @param time when it occurred where the event itself does not say: what the client's UUIDv7 says, or the time of arrival
 */
public record EventIdentity(String id, Instant time) {
    private static final int TIME_ORDERED = 7;
    private static final int BITS_BESIDE_TIME = 16;

    /** @param kind the kind of event: a key names one event of each kind */
    static EventIdentity read(JsonFields fields, Tenant tenant, String kind, Arrival arrival) {
        String eventId = fields.optionalUuid("eventId");
        String key = arrival.idempotencyKey();
        if (eventId != null && key != null) {
            fields.invalid(
                    "eventId", "and the header " + Arrival.IDEMPOTENCY_KEY + " both name the event: send one of them");
        }
        if (eventId != null) {
            return new EventIdentity(eventId, time(UUID.fromString(eventId), arrival.receivedAt()));
        }
        String id = key != null
                ? tenant.eventId(kind, key)
                : UuidCreator.getTimeOrderedEpoch().toString();
        return new EventIdentity(id, arrival.receivedAt());
    }

    /** A UUIDv7 begins with the milliseconds since 1970; one from another age is no clock. */
    private static Instant time(UUID id, Instant receivedAt) {
        if (id.version() != TIME_ORDERED || id.variant() != 2) {
            return receivedAt;
        }
        Instant time = Instant.ofEpochMilli(id.getMostSignificantBits() >>> BITS_BESIDE_TIME);
        return JsonFields.isPlausible(time, receivedAt) ? time : receivedAt;
    }
}
