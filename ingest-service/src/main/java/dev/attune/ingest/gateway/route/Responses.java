package dev.attune.ingest.gateway.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.attune.ingest.gateway.event.Json;
import dev.attune.ingest.gateway.event.Receipt;
import dev.attune.ingest.gateway.problem.Problem;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;

/** The two forms of answer: a receipt, or a problem document. */
public final class Responses {
    private static final int RETRY_AFTER_SECONDS = 1;

    private Responses() {}

    static void send(ServerResponse response, Answer answer) {
        switch (answer) {
            case Answer.Accepted(Receipt receipt) -> send(response, 202, Json.MEDIA_TYPE, receipt);
            case Answer.Items items -> {
                if (items.hasTemporary()) {
                    response.header(HeaderNames.RETRY_AFTER, Integer.toString(RETRY_AFTER_SECONDS));
                }
                send(response, 200, Json.MEDIA_TYPE, items);
            }
        }
    }

    /** Any record of ours. */
    public static void json(ServerResponse response, int status, Object body) {
        send(response, status, "application/json", body);
    }

    public static void rejected(ServerResponse response, Rejected rejected) {
        Reason reason = rejected.reason();
        if (reason == Reason.UNAUTHENTICATED) {
            response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"attune\"");
        }
        if (reason.isTemporary()) {
            response.header(HeaderNames.RETRY_AFTER, Long.toString(rejected.retryAfterSeconds()));
        }
        send(response, reason.status(), Problem.MEDIA_TYPE, Problem.of(rejected));
    }

    private static void send(ServerResponse response, int status, String mediaType, Object body) {
        try {
            response.status(Status.create(status))
                    .header(HeaderNames.CONTENT_TYPE, mediaType)
                    .send(Json.MAPPER.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("our own records are always JSON", e);
        }
    }
}
