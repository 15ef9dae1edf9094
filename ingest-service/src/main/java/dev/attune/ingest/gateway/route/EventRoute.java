package dev.attune.ingest.gateway.route;

import dev.attune.ingest.gateway.access.Caller;
import dev.attune.ingest.gateway.event.Event;
import dev.attune.ingest.gateway.event.EventReader;
import dev.attune.ingest.gateway.event.Json;
import dev.attune.ingest.gateway.event.JsonFields;
import dev.attune.ingest.gateway.event.Receipt;
import dev.attune.ingest.gateway.log.EventLog;
import dev.attune.ingest.gateway.log.Readiness;
import dev.attune.ingest.gateway.metrics.GatewayMetrics;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One POST route, from the bytes of a request to its answer. Runs on a virtual thread: waiting is cheap. */
public final class EventRoute<T extends SpecificRecord> implements GuardedHandler {
    private static final Logger LOG = LoggerFactory.getLogger(EventRoute.class);
    private static final int FRAMES_LOGGED = 12;

    private final String name;
    private final EventReader<T> reader;
    private final EventLog<T> log;
    private final Intake intake;

    /** What all routes share. */
    public record Intake(
            Readiness readiness, InFlightBytes budget, GatewayMetrics metrics, int maxBodyBytes, Clock clock) {}

    public EventRoute(String name, EventReader<T> reader, EventLog<T> log, Intake intake) {
        this.name = name;
        this.reader = reader;
        this.log = log;
        this.intake = intake;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response, Caller caller) {
        long begin = System.nanoTime();
        try {
            Receipt receipt = accept(request, caller);
            intake.metrics().acknowledged(name, Duration.ofNanos(System.nanoTime() - begin));
            Responses.accepted(response, receipt);
        } catch (Rejected rejected) {
            refuse(response, rejected);
        } catch (RuntimeException e) {
            // Without its message, which may hold a user's words.
            LOG.error(
                    "POST /v1/{} failed: {} at {}",
                    name,
                    e.getClass().getName(),
                    Arrays.stream(e.getStackTrace()).limit(FRAMES_LOGGED).toList());
            refuse(response, new Rejected(Reason.INTERNAL, "the gateway failed: the event was not acknowledged"));
        }
    }

    private void refuse(ServerResponse response, Rejected rejected) {
        intake.metrics().rejected(name, rejected.reason());
        Responses.rejected(response, rejected);
    }

    private Receipt accept(ServerRequest request, Caller caller) {
        ServerRequestHeaders headers = request.headers();
        requireJson(headers);
        intake.readiness().require();
        OptionalLong length = headers.contentLength();
        if (length.isPresent() && length.getAsLong() > intake.maxBodyBytes()) {
            throw tooLarge();
        }
        try (InFlightBytes.Share _ = intake.budget().take(length.orElse(intake.maxBodyBytes()))) {
            Instant receivedAt = intake.clock().instant().truncatedTo(ChronoUnit.MILLIS);
            Event<T> event = reader.read(JsonFields.of(Json.object(body(request))), caller, receivedAt);
            log.append(event, EventLog.traceparent(headers.first(HeaderNames.create("traceparent"))));
            return event.receipt();
        }
    }

    private static void requireJson(ServerRequestHeaders headers) {
        String type = headers.first(HeaderNames.CONTENT_TYPE).orElse("").strip().toLowerCase(Locale.ROOT);
        if (!type.matches("application/json(\\s*;\\s*charset\\s*=\\s*\"?utf-8\"?)?")) {
            throw new Rejected(
                    Reason.UNSUPPORTED_MEDIA_TYPE, "send the event as 'Content-Type: application/json' in UTF-8");
        }
    }

    private byte[] body(ServerRequest request) {
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        byte[] body;
        try (InputStream in = request.content().inputStream()) {
            body = in.readNBytes(intake.maxBodyBytes() + 1);
        } catch (IOException | RuntimeException _) {
            // Helidon has exceptions of its own for a client that goes away.
            throw new Rejected(Reason.INCOMPLETE_BODY, "the body ended before its announced length: send it again");
        }
        if (body.length > intake.maxBodyBytes()) {
            throw tooLarge();
        }
        return body;
    }

    private Rejected tooLarge() {
        return new Rejected(
                Reason.BODY_TOO_LARGE, "the body has more than " + intake.maxBodyBytes() + " bytes: send less text");
    }
}
