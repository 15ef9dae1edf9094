package dev.attune.ingest.gateway.status;

import dev.attune.ingest.gateway.access.Caller;
import dev.attune.ingest.gateway.metrics.GatewayMetrics;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import dev.attune.ingest.gateway.route.GuardedHandler;
import dev.attune.ingest.gateway.route.Responses;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Locale;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code GET /v1/feedback/{eventId}}: what became of an event of the caller's tenant. */
public final class StatusRoute implements GuardedHandler {
    public static final String NAME = "feedback-status";

    private static final Logger LOG = LoggerFactory.getLogger(StatusRoute.class);
    private static final Pattern UUID_FORM =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private final StatusView view;
    private final GatewayMetrics metrics;

    public StatusRoute(StatusView view, GatewayMetrics metrics) {
        this.view = view;
        this.metrics = metrics;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response, Caller caller) {
        try {
            String eventId =
                    eventId(request.path().pathParameters().first("eventId").orElse(""));
            FeedbackAnswer answer = view.find(caller.tenant().id(), eventId).orElseThrow(StatusRoute::unknown);
            metrics.answered(NAME);
            Responses.json(response, 200, answer);
        } catch (Rejected rejected) {
            refuse(response, rejected);
        } catch (RuntimeException e) {
            LOG.error("GET /v1/feedback/… failed", e);
            refuse(response, new Rejected(Reason.INTERNAL, "the gateway failed to look the event up"));
        }
    }

    private void refuse(ServerResponse response, Rejected rejected) {
        metrics.rejected(NAME, rejected.reason());
        Responses.rejected(response, rejected);
    }

    /** No other id was ever given to an event; as events are stored, in lower case. */
    private static String eventId(String text) {
        String id = text.toLowerCase(Locale.ROOT);
        if (!UUID_FORM.matcher(id).matches()) {
            throw new Rejected(Reason.INVALID_FIELD, "the event id in the path must be a UUID");
        }
        return id;
    }

    private static Rejected unknown() {
        return new Rejected(
                Reason.EVENT_NOT_FOUND,
                "nothing is known of an event with this id: after its acknowledgement that may take some seconds,"
                        + " and while the role status is down as long as that");
    }
}
