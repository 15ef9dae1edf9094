package dev.attune.publisher.desk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseCommand;
import dev.attune.kit.BearerKeys;
import dev.attune.kit.BearerKeys.Outcome;
import dev.attune.kit.ConfigException;
import dev.attune.publisher.ApiSettings.Operator;
import dev.attune.publisher.control.Wishes.Wish;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /v1/models/{model}/releases} and what people say of them; for the models of the API key's tenant only. What is said
 * is accepted (202) once it is on the control topic; {@code GET} shows what came of it.
 */
final class ReleaseRoutes {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int LONGEST_BODY = 4096;
    private static final int SHOWN = 50;
    private static final Map<String, ReleaseCommand> OF_VERSION = Map.of(
            "approve", ReleaseCommand.APPROVE,
            "promote", ReleaseCommand.PROMOTE,
            "reject", ReleaseCommand.REJECT,
            "rollback", ReleaseCommand.ROLL_BACK);
    private static final Map<String, ReleaseCommand> OF_MODEL =
            Map.of("pause", ReleaseCommand.PAUSE, "resume", ReleaseCommand.RESUME);

    private final BearerKeys<Operator> keys = new BearerKeys<>();
    private final Map<String, ReleaseDesk> desks;

    /** @param desks by {@code tenant/model} */
    ReleaseRoutes(List<Operator> operators, Map<String, ReleaseDesk> desks) {
        for (int i = 0; i < operators.size(); i++) {
            keys.add("api.operators[" + i + "]", operators.get(i).apiKeys(), operators.get(i));
        }
        this.desks = Map.copyOf(desks);
    }

    HttpRouting.Builder routing() {
        return HttpRouting.builder()
                .get("/v1/models/{model}/releases", answer(200, this::list))
                .get("/v1/models/{model}/releases/{version}", answer(200, this::show))
                .post("/v1/models/{model}/releases/{version}/{command}", answer(202, this::sayOfVersion))
                .post("/v1/models/{model}/{command}", answer(202, this::sayOfModel));
    }

    /** What one request is about. */
    private record Ask(Operator who, ReleaseDesk desk, ServerRequest request) {
        String parameter(String name) {
            return request.path().pathParameters().get(name);
        }
    }

    /** Makes the body of an answer. */
    @FunctionalInterface
    private interface Answering {
        Object answer(Ask ask);
    }

    private Handler answer(int status, Answering answering) {
        return (request, response) -> {
            try {
                send(response, status, "application/json", answering.answer(ask(request)));
            } catch (ApiProblem problem) {
                if (problem.reason() == ApiProblem.Reason.UNAUTHENTICATED) {
                    response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"attune\"");
                }
                send(response, problem.status(), ApiProblem.MEDIA_TYPE, problem.document());
            }
        };
    }

    private Ask ask(ServerRequest request) {
        Optional<String> header = request.headers().first(HeaderNames.AUTHORIZATION);
        Operator who = switch (keys.authenticate(header.orElse(null))) {
            case Outcome.Known<Operator> known -> known.owner();
            case Outcome.Refused<Operator> refused ->
                throw new ApiProblem(ApiProblem.Reason.UNAUTHENTICATED, refused.detail());
        };
        String model = request.path().pathParameters().get("model");
        ReleaseDesk desk = desks.get(who.tenant() + "/" + model);
        if (desk == null) {
            throw new ApiProblem(ApiProblem.Reason.NOT_FOUND, "this key's tenant has no model '" + model + "' here");
        }
        return new Ask(who, desk, request);
    }

    private Object list(Ask ask) {
        ReleaseBoard board = ask.desk().board();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("current", board.current().map(ReleaseChanged::getVersion).orElse(null));
        answer.put("canary", board.canary().map(ReleaseChanged::getVersion).orElse(null));
        answer.put("paused", ask.desk().wishes().pause().map(Wish::sentence).orElse(null));
        answer.put(
                "releases",
                board.newest().stream().limit(SHOWN).map(ReleaseJson::of).toList());
        return answer;
    }

    private Object show(Ask ask) {
        List<ReleaseChanged> events = ask.desk().board().events(ask.parameter("version"));
        if (events.isEmpty()) {
            throw new ApiProblem(ApiProblem.Reason.NOT_FOUND, "no release has this version");
        }
        return Map.of("events", events.stream().map(ReleaseJson::of).toList());
    }

    private Object sayOfVersion(Ask ask) {
        ReleaseCommand command = command(OF_VERSION, ask);
        String version = ask.parameter("version");
        if (ask.desk().board().events(version).isEmpty()) {
            throw new ApiProblem(ApiProblem.Reason.NOT_FOUND, "no release has this version");
        }
        try {
            ask.desk().say(command, version, detail(ask.request()), ask.who().name());
        } catch (ConfigException e) {
            throw new ApiProblem(ApiProblem.Reason.NOT_IN_THAT_STATE, String.valueOf(e.getMessage()));
        }
        return Map.of("accepted", ask.parameter("command"), "version", version);
    }

    private Object sayOfModel(Ask ask) {
        ask.desk().say(command(OF_MODEL, ask), detail(ask.request()), ask.who().name());
        return Map.of("accepted", ask.parameter("command"));
    }

    private static ReleaseCommand command(Map<String, ReleaseCommand> commands, Ask ask) {
        ReleaseCommand command = commands.get(ask.parameter("command"));
        if (command == null) {
            throw new ApiProblem(
                    ApiProblem.Reason.NOT_FOUND,
                    "there is "
                            + String.join(
                                    ", ", commands.keySet().stream().sorted().toList()));
        }
        return command;
    }

    /** {@code {"detail": "why"}}, or nothing. */
    private static String detail(ServerRequest request) {
        if (!request.content().hasEntity()) {
            return "";
        }
        if (request.headers().contentLength().orElse(LONGEST_BODY + 1L) > LONGEST_BODY) {
            throw new ApiProblem(
                    ApiProblem.Reason.MALFORMED, "a body has a length, of " + LONGEST_BODY + " bytes at most");
        }
        try {
            JsonNode detail = JSON.readTree(request.content().as(String.class)).path("detail");
            return detail.asText("");
        } catch (JsonProcessingException e) {
            throw new ApiProblem(ApiProblem.Reason.MALFORMED, "the body is no JSON");
        }
    }

    private static void send(ServerResponse response, int status, String mediaType, Object body) {
        try {
            response.status(Status.create(status))
                    .header(HeaderNames.CONTENT_TYPE, mediaType)
                    .send(JSON.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("our own records are always JSON", e);
        }
    }
}
