package dev.attune.ingest.pairing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.ingest.pairing.QueryPeers.PeerAnswer;
import dev.attune.ingest.pairing.QueryPeers.Place;
import dev.attune.kit.BearerKeys;
import dev.attune.kit.BearerKeys.Outcome;
import dev.attune.schemas.Topics;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.state.HostInfo;

/**
 * {@code GET /v1/turns/{turnId}}, {@code GET /v1/prompts/{promptId}} and {@code GET /v1/pairs/{pairId}}: votes, pairs, why
 * there is none, and whether one went out. Answered from this instance's stores, or by the instance that has the key; for
 * the tenant of the API key only.
 */
final class QueryRoutes {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TURNS = "turns";
    private static final String PROMPTS = "prompts";
    private static final String PAIRS = "pairs";
    /** A turn has one prompt unless somebody mixed ids up. */
    private static final int MOST_PROMPTS_A_TURN = 4;

    private final BearerKeys<String> keys = new BearerKeys<>();
    private final PairingConfig.Budgets budgets;
    private final StoreQueries stores;
    private final QueryPeers peers;

    /** Who asks for what. */
    private record Question(String kind, String id, String tenant, String authorization, boolean forwarded) {
        Question about(String otherKind, String otherId) {
            return new Question(otherKind, otherId, tenant, authorization, false);
        }
    }

    /** An answer as it goes out. */
    private record Answer(int status, String body) {}

    QueryRoutes(
            List<PairingConfig.QueryTenant> tenants,
            PairingConfig.Budgets budgets,
            StoreQueries stores,
            QueryPeers peers) {
        for (int i = 0; i < tenants.size(); i++) {
            keys.add(
                    "queries.tenants[" + i + "]",
                    tenants.get(i).apiKeys(),
                    tenants.get(i).id());
        }
        this.budgets = budgets;
        this.stores = stores;
        this.peers = peers;
    }

    HttpRouting.Builder routing() {
        return HttpRouting.builder()
                .get("/v1/turns/{id}", handler(TURNS))
                .get("/v1/prompts/{id}", handler(PROMPTS))
                .get("/v1/pairs/{id}", handler(PAIRS));
    }

    /** Where to ask about a pair. */
    static String pairPath(String pairId) {
        return "/v1/pairs/" + pairId;
    }

    private Handler handler(String kind) {
        return (request, response) -> {
            try {
                Answer answer = answer(question(kind, request));
                send(
                        response,
                        answer.status(),
                        answer.status() == 200 ? "application/json" : QueryProblem.MEDIA_TYPE,
                        answer.body());
            } catch (QueryProblem problem) {
                if (problem.reason() == QueryProblem.Reason.UNAUTHENTICATED) {
                    response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"attune\"");
                }
                send(response, problem.status(), QueryProblem.MEDIA_TYPE, json(problem.document()));
            }
        };
    }

    private Question question(String kind, ServerRequest request) {
        Optional<String> header = request.headers().first(HeaderNames.AUTHORIZATION);
        String tenant = switch (keys.authenticate(header.orElse(null))) {
            case Outcome.Known<String> known -> known.owner();
            case Outcome.Refused<String> refused ->
                throw new QueryProblem(QueryProblem.Reason.UNAUTHENTICATED, refused.detail());
        };
        boolean forwarded = request.headers().contains(HeaderNames.create(QueryPeers.FORWARDED));
        String id = request.path().pathParameters().get("id");
        return new Question(kind, id, tenant, header.orElse(""), forwarded);
    }

    private Answer answer(Question question) {
        Place place = place(question);
        HostInfo peer = place.peer();
        if (peer != null) {
            if (question.forwarded()) {
                throw new QueryProblem(QueryProblem.Reason.NOT_HERE, "the partition is moving: ask again in a moment");
            }
            PeerAnswer answer = peers.ask(peer, question.kind(), question.id(), question.authorization());
            return new Answer(answer.status(), answer.body());
        }
        JsonNode found = switch (question.kind()) {
            case TURNS -> turn(place.partition(), question);
            case PAIRS ->
                JSON.valueToTree(stores.pair(place.partition(), question.tenant(), question.id())
                        .orElseThrow(() -> notFound("no such pair came to the budgets")));
            default ->
                JSON.valueToTree(stores.prompt(place.partition(), question.tenant(), question.id())
                        .orElseThrow(() -> notFound("no completion of this prompt was judged")));
        };
        return new Answer(200, json(found));
    }

    private Place place(Question question) {
        String key = Topics.key(question.tenant(), question.id());
        return switch (question.kind()) {
            case TURNS -> peers.find(Nodes.TURNS_STORE, key);
            case PAIRS -> {
                if (!budgets.on()) {
                    throw notFound("no budgets are set: what its prompt shows as active is out");
                }
                yield peers.find(Nodes.BUDGET_PLACES_STORE, question.tenant());
            }
            default -> peers.find(Nodes.PROMPT_AGENDA_STORE, key);
        };
    }

    /** With what is known of its prompts, which another instance may hold. */
    private JsonNode turn(int partition, Question question) {
        TurnView turn = stores.turn(partition, question.tenant(), question.id())
                .orElseThrow(() -> notFound("neither a completion nor feedback of this turn came, or it is forgotten"));
        ObjectNode json = JSON.valueToTree(turn);
        ArrayNode prompts = json.putArray(PROMPTS);
        turn.completions().stream()
                .map(TurnView.CompletionView::promptId)
                .distinct()
                .limit(MOST_PROMPTS_A_TURN)
                .forEach(promptId -> prompts.add(prompt(question.about(PROMPTS, promptId))));
        return json;
    }

    /** A problem document where there is none: the turn is worth showing all the same. */
    private JsonNode prompt(Question question) {
        try {
            return JSON.readTree(answer(question).body());
        } catch (QueryProblem problem) {
            return JSON.valueToTree(problem.document());
        } catch (JsonProcessingException e) {
            throw new QueryProblem(QueryProblem.Reason.PEER_UNAVAILABLE, "another instance answered no JSON");
        }
    }

    private static QueryProblem notFound(String detail) {
        return new QueryProblem(QueryProblem.Reason.NOT_FOUND, detail);
    }

    private static void send(ServerResponse response, int status, String mediaType, String body) {
        response.status(Status.create(status))
                .header(HeaderNames.CONTENT_TYPE, mediaType)
                .send(body);
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("our own records are always JSON", e);
        }
    }
}
