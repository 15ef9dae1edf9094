package dev.attune.ingest.gateway.route;

import dev.attune.ingest.gateway.access.Caller;
import dev.attune.ingest.gateway.event.JsonFields;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** {@code POST} of one event. Runs on a virtual thread: waiting is cheap. */
public final class EventRoute implements GuardedHandler {
    private final String name;
    private final EventSink<?> sink;
    private final int maxTextCharacters;
    private final Intake intake;

    /** @param name the route in metrics */
    public EventRoute(String name, EventSink<?> sink, int maxTextCharacters, Intake intake) {
        this.name = name;
        this.sink = sink;
        this.maxTextCharacters = maxTextCharacters;
        this.intake = intake;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response, Caller caller) {
        intake.handle(name, request, response, caller, this::begin);
    }

    private Intake.Waiting begin(Intake.Delivery delivery) {
        JsonFields fields = JsonFields.of(delivery.body(), maxTextCharacters);
        long deadline = delivery.deadline();
        EventSink.Sent sent = sink.send(fields, delivery.caller(), delivery.arrival(), delivery.trace(), deadline);
        return () -> new Answer.Accepted(sent.await());
    }
}
