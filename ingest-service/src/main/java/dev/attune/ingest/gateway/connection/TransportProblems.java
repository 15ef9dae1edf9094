package dev.attune.ingest.gateway.connection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.ingest.gateway.problem.Problem;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import io.helidon.http.DirectHandler;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.DirectHandler.TransportResponse;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Problem documents for what never reaches a route. Helidon's own words, which may repeat the request, stay out of them. */
public final class TransportProblems {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int RETRY_AFTER_SECONDS = 1;

    private TransportProblems() {}

    /** @param rejections is told of every refusal */
    public static DirectHandlers handlers(Consumer<Reason> rejections) {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        DirectHandler handler = (request, type, status, headers, message) -> answer(status, rejections);
        for (EventType type : EventType.values()) {
            handlers.addHandler(type, handler);
        }
        return handlers.build();
    }

    private static TransportResponse answer(Status status, Consumer<Reason> rejections) {
        Rejected rejected = rejected(status);
        rejections.accept(rejected.reason());
        ServerResponseHeaders headers = ServerResponseHeaders.create();
        headers.set(HeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE);
        if (rejected.reason().isTemporary()) {
            headers.set(HeaderNames.RETRY_AFTER, Integer.toString(RETRY_AFTER_SECONDS));
        }
        return TransportResponse.builder()
                .status(Status.create(rejected.reason().status()))
                .headers(headers)
                .entity(body(rejected))
                .keepAlive(false)
                .build();
    }

    private static Rejected rejected(Status status) {
        return switch (status.code()) {
            case 413 -> new Rejected(Reason.BODY_TOO_LARGE, "the body is larger than this server takes: send less");
            case 414 -> new Rejected(Reason.URI_TOO_LONG, "the first line of the request is too long");
            case 431 -> new Rejected(Reason.HEADERS_TOO_LARGE, "the headers of the request are too large");
            case 503 -> new Rejected(Reason.NOT_READY, "the gateway stops: send this again, another one will take it");
            // What Helidon takes for its own fault is a connection that broke, or a request that it could not take
            // apart.
            default -> new Rejected(Reason.MALFORMED_REQUEST, "this is no well-formed HTTP/1.1 request");
        };
    }

    /** A whole answer, after which the connection closes, for where there is no request to answer. */
    static byte[] raw(Rejected rejected) {
        byte[] body = body(rejected);
        Reason reason = rejected.reason();
        String head = "HTTP/1.1 " + reason.status() + " "
                + Status.create(reason.status()).reasonPhrase()
                + "\r\nContent-Type: " + Problem.MEDIA_TYPE
                + (reason.isTemporary() ? "\r\nRetry-After: " + RETRY_AFTER_SECONDS : "")
                + "\r\nConnection: close\r\nContent-Length: " + body.length + "\r\n\r\n";
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[start.length + body.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(body, 0, all, start.length, body.length);
        return all;
    }

    private static byte[] body(Rejected rejected) {
        try {
            return JSON.writeValueAsBytes(Problem.of(rejected));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("our own records are always JSON", e);
        }
    }
}
