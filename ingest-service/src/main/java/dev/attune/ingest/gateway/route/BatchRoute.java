package dev.attune.ingest.gateway.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.ingest.gateway.access.Caller;
import dev.attune.ingest.gateway.event.JsonFields;
import dev.attune.ingest.gateway.metrics.GatewayMetrics;
import dev.attune.ingest.gateway.problem.FieldProblem;
import dev.attune.ingest.gateway.problem.Problem;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import dev.attune.ingest.gateway.rate.Rates;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code POST /v1/batch}: events of all kinds, each answered as if it had been sent alone. All are on their way before the
 * first one is waited for, and none of them minds what its neighbours are.
 */
public final class BatchRoute implements GuardedHandler {
    private static final String NAME = "batch";

    private final Map<String, EventSink<?>> sinks;
    private final int maxItems;
    private final int maxTextCharacters;
    private final Rates rates;
    private final Intake intake;
    private final GatewayMetrics metrics;

    /** @param sinks by the name that an item has for its event */
    public BatchRoute(
            Map<String, EventSink<?>> sinks,
            int maxItems,
            int maxTextCharacters,
            Rates rates,
            Intake intake,
            GatewayMetrics metrics) {
        this.sinks = Map.copyOf(sinks);
        this.maxItems = maxItems;
        this.maxTextCharacters = maxTextCharacters;
        this.rates = rates;
        this.intake = intake;
        this.metrics = metrics;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response, Caller caller) {
        intake.handle(NAME, request, response, caller, this::begin);
    }

    private Intake.Waiting begin(Intake.Delivery delivery) {
        JsonNode items = items(delivery.body());
        rates.takeBatch(delivery.caller().tenant(), items.size());
        delivery.share().growForEvents(items.size());
        List<Outcome> outcomes = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            outcomes.add(outcome(items.get(i), i, delivery));
        }
        return () -> await(outcomes);
    }

    /** What became of an item before Kafka was waited for. */
    private sealed interface Outcome {
        record OnItsWay(EventSink.Sent sent) implements Outcome {}

        record Refused(Rejected rejected) implements Outcome {}
    }

    private Outcome outcome(JsonNode item, int index, Intake.Delivery delivery) {
        try {
            if (item.size() != 1 || !item.isObject()) {
                throw notAnItem();
            }
            Map.Entry<String, JsonNode> only = item.properties().iterator().next();
            EventSink<?> sink = sinks.get(only.getKey());
            if (sink == null || !(only.getValue() instanceof ObjectNode event)) {
                throw notAnItem();
            }
            return new Outcome.OnItsWay(sink.send(
                    JsonFields.of(event, maxTextCharacters),
                    delivery.caller(),
                    delivery.arrival().ofItem(index),
                    delivery.trace(),
                    delivery.deadline()));
        } catch (Rejected rejected) {
            return new Outcome.Refused(rejected);
        }
    }

    private Answer await(List<Outcome> outcomes) {
        List<Answer.Item> items = new ArrayList<>(outcomes.size());
        int stored = 0;
        for (Outcome outcome : outcomes) {
            try {
                items.add(
                        switch (outcome) {
                            case Outcome.OnItsWay(EventSink.Sent sent) -> Answer.Item.of(sent.await());
                            case Outcome.Refused(Rejected rejected) -> throw rejected;
                        });
                stored++;
            } catch (Rejected rejected) {
                metrics.itemRejected(rejected.reason());
                items.add(Answer.Item.of(Problem.of(rejected)));
            }
        }
        metrics.itemsAccepted(stored);
        return new Answer.Items(items);
    }

    /** The array of items; its name, its kind and its length are right. */
    private JsonNode items(ObjectNode root) {
        JsonNode items = root.path("items");
        for (String name : (Iterable<String>) root::fieldNames) {
            if (!name.equals("items")) {
                throw refused(Reason.UNKNOWN_FIELD, JsonFields.pointerTo(name), "is not known here; known is: items");
            }
        }
        if (items.isMissingNode()) {
            throw refused(Reason.MISSING_FIELD, "/items", "is missing: it has to be sent");
        }
        if (!items.isArray() || items.isEmpty() || items.size() > maxItems) {
            throw refused(Reason.INVALID_FIELD, "/items", "must be a list of 1 to " + maxItems + " events");
        }
        return items;
    }

    private Rejected notAnItem() {
        String names =
                String.join("\": {…}} or {\"", sinks.keySet().stream().sorted().toList());
        return new Rejected(Reason.INVALID_FIELD, "an item must be {\"" + names + "\": {…}}");
    }

    private static Rejected refused(Reason reason, String pointer, String detail) {
        return Rejected.of(List.of(new FieldProblem(reason, pointer, detail)));
    }
}
