package dev.attune.ingest.gateway.route;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.ingest.gateway.access.Caller;
import dev.attune.ingest.gateway.event.Arrival;
import dev.attune.ingest.gateway.event.Json;
import dev.attune.ingest.gateway.log.PendingAppend;
import dev.attune.ingest.gateway.log.Readiness;
import dev.attune.ingest.gateway.metrics.GatewayMetrics;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import dev.attune.ingest.gateway.telemetry.Telemetry;
import dev.attune.ingest.gateway.telemetry.Trace;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every request with events goes through before its body is understood, and how it is answered. */
public final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    private static final int FRAMES_LOGGED = 12;
    private static final Pattern JSON = Pattern.compile("application/json(\\s*;\\s*charset\\s*=\\s*\"?utf-8\"?)?");
    private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create(Arrival.IDEMPOTENCY_KEY);

    private final Readiness readiness;
    private final Admissions admissions;
    private final GatewayMetrics metrics;
    private final int maxBodyBytes;
    private final Duration timeout;
    private final Clock clock;
    private final Telemetry telemetry;

    public Intake(
            Readiness readiness,
            Admissions admissions,
            GatewayMetrics metrics,
            int maxBodyBytes,
            Duration timeout,
            Clock clock,
            Telemetry telemetry) {
        this.readiness = readiness;
        this.admissions = admissions;
        this.metrics = metrics;
        this.maxBodyBytes = maxBodyBytes;
        this.timeout = timeout;
        this.clock = clock;
        this.telemetry = telemetry;
    }

    /**
     * A request whose body was read.
     *
     * @param share what of the budget it holds
     * @param deadline by {@link System#nanoTime()}: until then Kafka has time
     */
    record Delivery(
            Caller caller, ObjectNode body, Arrival arrival, Trace trace, InFlightBytes.Share share, long deadline) {}

    /** What a route does with a request, up to the moment at which only Kafka is waited for. */
    @FunctionalInterface
    interface Work {
        /** @throws Rejected when the request as a whole cannot be used */
        Waiting begin(Delivery delivery);
    }

    /** Waits for Kafka, and has the answer then. It holds nothing of the body. */
    @FunctionalInterface
    interface Waiting {
        Answer await();
    }

    void handle(String route, ServerRequest request, ServerResponse response, Caller caller, Work work) {
        long begin = System.nanoTime();
        Trace trace = telemetry.request(route, name -> request.headers().first(HeaderNames.create(name)));
        int status = Reason.INTERNAL.status();
        try {
            Answer answer = answer(request, caller, trace, work);
            status = answer.status();
            metrics.acknowledged(route, Duration.ofNanos(System.nanoTime() - begin));
            Responses.send(response, answer);
        } catch (Rejected rejected) {
            metrics.rejected(route, rejected.reason());
            status = rejected.reason().status();
            Responses.rejected(response, rejected);
        } catch (RuntimeException e) {
            // Without its message, which may hold a user's words.
            LOG.error(
                    "POST /v1/{} failed: {} at {}",
                    route,
                    e.getClass().getName(),
                    Arrays.stream(e.getStackTrace()).limit(FRAMES_LOGGED).toList());
            metrics.rejected(route, Reason.INTERNAL);
            Responses.rejected(
                    response, new Rejected(Reason.INTERNAL, "the gateway failed: the event was not acknowledged"));
        } finally {
            telemetry.answered(trace, status);
        }
    }

    private Answer answer(ServerRequest request, Caller caller, Trace trace, Work work) {
        ServerRequestHeaders headers = request.headers();
        requireJson(headers);
        String idempotencyKey = idempotencyKey(headers);
        readiness.require();
        RequestBody body = RequestBody.of(request, maxBodyBytes);
        try (Admissions.Place place = admissions.enter(caller.tenant().id())) {
            Waiting waiting = begin(body, place, caller, idempotencyKey, trace, work);
            return waiting.await();
        }
    }

    /** In a method of its own, so that nothing of the body is held while Kafka is waited for. */
    private Waiting begin(
            RequestBody body, Admissions.Place place, Caller caller, String idempotencyKey, Trace trace, Work work) {
        ObjectNode content = Json.object(body.read(place.share()));
        Arrival arrival = new Arrival(
                clock.instant().truncatedTo(ChronoUnit.MILLIS), idempotencyKey.isEmpty() ? null : idempotencyKey);
        return work.begin(
                new Delivery(caller, content, arrival, trace, place.share(), PendingAppend.deadline(timeout)));
    }

    private static void requireJson(ServerRequestHeaders headers) {
        String type = headers.first(HeaderNames.CONTENT_TYPE).orElse("").strip().toLowerCase(Locale.ROOT);
        if (!type.equals(Json.MEDIA_TYPE) && !JSON.matcher(type).matches()) {
            throw new Rejected(
                    Reason.UNSUPPORTED_MEDIA_TYPE, "send the event as 'Content-Type: application/json' in UTF-8");
        }
    }

    /** Empty where there is none. */
    private static String idempotencyKey(ServerRequestHeaders headers) {
        if (!headers.contains(IDEMPOTENCY_KEY)) {
            return "";
        }
        List<String> values = headers.get(IDEMPOTENCY_KEY).allValues();
        if (values.size() != 1 || !Arrival.isLegalKey(values.getFirst())) {
            throw new Rejected(
                    Reason.INVALID_HEADER,
                    "the header " + Arrival.IDEMPOTENCY_KEY
                            + " must be there once, with 1 to 255 visible ASCII characters");
        }
        return values.getFirst();
    }
}
