package dev.attune.ingest.gateway.status;

import dev.attune.events.ErasureRequested;
import dev.attune.ingest.gateway.access.Caller;
import dev.attune.ingest.gateway.access.Credential;
import dev.attune.ingest.gateway.access.Tenant;
import dev.attune.ingest.gateway.event.Arrival;
import dev.attune.ingest.gateway.event.Event;
import dev.attune.ingest.gateway.event.Receipt;
import dev.attune.ingest.gateway.log.EventLog;
import dev.attune.ingest.gateway.log.PendingAppend;
import dev.attune.ingest.gateway.log.Readiness;
import dev.attune.ingest.gateway.metrics.GatewayMetrics;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import dev.attune.ingest.gateway.route.GuardedHandler;
import dev.attune.ingest.gateway.route.Responses;
import dev.attune.ingest.gateway.telemetry.Trace;
import dev.attune.schemas.Topics;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code DELETE /v1/users/{userId}}: takes the wish that a user be erased, and answers once it cannot be lost. Whoever sends it
 * again within the day, or under the same {@code Idempotency-Key}, has sent one request. The user's own id goes no further
 * than this class.
 */
public final class ErasureRoute implements GuardedHandler {
    public static final String NAME = "users";
    /** The rest of the path is one name, whatever is in it. */
    public static final String PATH = "/v1/users/{+userId}";

    private static final String PREFIX = "/v1/users/";

    private static final Logger LOG = LoggerFactory.getLogger(ErasureRoute.class);
    private static final int MOST_ID_LENGTH = 256;

    private final EventLog<ErasureRequested> log;
    private final Readiness readiness;
    private final GatewayMetrics metrics;
    private final Duration timeout;
    private final Clock clock;

    /** @param timeout how long a request waits for Kafka */
    public ErasureRoute(
            EventLog<ErasureRequested> log,
            Readiness readiness,
            GatewayMetrics metrics,
            Duration timeout,
            Clock clock) {
        this.log = log;
        this.readiness = readiness;
        this.metrics = metrics;
        this.timeout = timeout;
        this.clock = clock;
    }

    /**
     * The answer.
     *
     * @param userPseudonym what stands for the user in every record
     */
    record Accepted(String requestId, String userPseudonym, String detail) {
        static final String DETAIL = "the request is stored; what Attune has of the user is erased by its own"
                + " process, which finds it under this pseudonym";
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response, Caller caller) {
        long begin = System.nanoTime();
        try {
            Accepted accepted = accept(request, caller);
            metrics.acknowledged(NAME, Duration.ofNanos(System.nanoTime() - begin));
            Responses.json(response, 202, accepted);
        } catch (Rejected rejected) {
            refuse(response, rejected);
        } catch (RuntimeException e) {
            // Without its message, which may name the user.
            LOG.error("DELETE /v1/users/… failed: {}", e.getClass().getName());
            refuse(response, new Rejected(Reason.INTERNAL, "the gateway failed: the request was not stored"));
        }
    }

    private void refuse(ServerResponse response, Rejected rejected) {
        metrics.rejected(NAME, rejected.reason());
        Responses.rejected(response, rejected);
    }

    private Accepted accept(ServerRequest request, Caller caller) {
        String userId = userId(request.prologue().uriPath().rawPath());
        Optional<String> key = request.headers().first(HeaderNames.create(Arrival.IDEMPOTENCY_KEY));
        readiness.require();
        Tenant tenant = caller.tenant();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        String pseudonym = tenant.pseudonym(userId);
        String requestId = requestId(tenant, pseudonym, key.map(ErasureRoute::checked), now);
        ErasureRequested wish = ErasureRequested.newBuilder()
                .setEventId(requestId)
                .setTenant(tenant.id())
                .setOccurredAt(now)
                .setReceivedAt(now)
                .setUserId(pseudonym)
                .setRequestedBy(label(caller.credential()))
                .build();
        store(
                new Event<>(Topics.key(tenant.id(), pseudonym), wish, new Receipt(requestId, "", null, null)),
                Trace.of(name -> request.headers().first(HeaderNames.create(name))));
        return new Accepted(requestId, pseudonym, Accepted.DETAIL);
    }

    private void store(Event<ErasureRequested> event, Trace trace) {
        try {
            long deadline = PendingAppend.deadline(timeout);
            log.append(event, trace, deadline).await();
        } catch (Rejected rejected) {
            if (rejected.reason() != Reason.KAFKA_UNAVAILABLE) {
                throw rejected;
            }
            throw new Rejected(
                    Reason.KAFKA_UNAVAILABLE,
                    "Kafka did not acknowledge the request in time: send it again; it counts once");
        }
    }

    /**
     * As the same user is named in events. From the path as it was sent: where slashes and dots are decoded first, one name
     * becomes another.
     */
    private static String userId(String rawPath) {
        String sent = rawPath.startsWith(PREFIX) ? rawPath.substring(PREFIX.length()) : "";
        if (sent.isEmpty() || sent.contains("/")) {
            throw new Rejected(
                    Reason.NOT_FOUND, "send DELETE /v1/users/{userId} with the user id percent-encoded, slashes too");
        }
        String userId = decoded(sent);
        if (userId.isBlank()
                || userId.length() > MOST_ID_LENGTH
                || userId.chars().anyMatch(Character::isISOControl)) {
            throw unusable("must have 1 to 256 characters, not only blanks, no control characters");
        }
        return userId;
    }

    private static String decoded(String sent) {
        try {
            // Of a path, where a plus is a plus.
            byte[] bytes = URLDecoder.decode(sent.replace("+", "%2B"), StandardCharsets.ISO_8859_1)
                    .getBytes(StandardCharsets.ISO_8859_1);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException _) {
            throw unusable("must be percent-encoded UTF-8");
        }
    }

    private static Rejected unusable(String rule) {
        return new Rejected(Reason.INVALID_FIELD, "the user id in the path " + rule);
    }

    private static String checked(String key) {
        if (!Arrival.isLegalKey(key)) {
            throw new Rejected(
                    Reason.INVALID_FIELD, "the header Idempotency-Key must have 1 to 255 visible ASCII characters");
        }
        return key;
    }

    /** Of the user and the key; without a key of the user and the day, in UTC. */
    private static String requestId(Tenant tenant, String pseudonym, Optional<String> key, Instant now) {
        String which =
                key.map(text -> "key " + text).orElseGet(() -> "day " + LocalDate.ofInstant(now, ZoneOffset.UTC));
        return tenant.eventId("erasure", pseudonym + " " + which);
    }

    /** Who asked, without what they proved it with. */
    private static String label(Credential credential) {
        return switch (credential) {
            case Credential.ApiKey key -> "key " + key.keyId();
            case Credential.Jwt jwt -> "token of " + jwt.issuer();
            case Credential.FeedbackToken _ -> "feedback token";
        };
    }
}
