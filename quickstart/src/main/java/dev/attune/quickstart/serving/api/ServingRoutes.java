package dev.attune.quickstart.serving.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.quickstart.serving.engine.Engine;
import dev.attune.quickstart.serving.engine.ModelRegistry;
import dev.attune.trainer.model.ChatTemplate;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP paths, and how results and errors become responses. */
public final class ServingRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(ServingRoutes.class);
    private static final int MAX_BODY_BYTES = 4 << 20;
    private static final String JSON_TYPE = "application/json";
    private static final String TEXT_TYPE = "text/plain; charset=utf-8";

    private ServingRoutes() {}

    /**
     * The routes of a server.
     *
     * @param endTokens tokens that end the model's answers
     * @param template the model's chat template, or null where it has none
     */
    public static HttpRouting.Builder of(
            Engine engine,
            ModelRegistry models,
            TextCodec codec,
            Set<Integer> endTokens,
            @Nullable ChatTemplate template,
            AdapterSource adapterSource) {
        Generator generator = new Generator(engine, models);
        CompletionsEndpoint completions = new CompletionsEndpoint(generator, codec, endTokens);
        ChatEndpoint chat = new ChatEndpoint(generator, codec, endTokens, template);
        AdaptersEndpoint adapters = new AdaptersEndpoint(models, adapterSource);
        ModelsEndpoint list = new ModelsEndpoint(models, engine.contextLength());
        ObjectNode version = JsonNodeFactory.instance.objectNode().put("version", "attune-llama.cpp-b4916");
        return HttpRouting.builder()
                .get("/health", (request, response) -> response.send())
                .get("/version", (request, response) -> send(response, 200, JSON_TYPE, version.toString()))
                .get(
                        "/v1/models",
                        (request, response) ->
                                send(response, 200, JSON_TYPE, list.list().toString()))
                .post(
                        "/v1/completions",
                        answering(
                                JSON_TYPE, fields -> completions.handle(fields).toString()))
                .post(
                        "/v1/chat/completions",
                        answering(JSON_TYPE, fields -> chat.handle(fields).toString()))
                .post("/v1/load_lora_adapter", answering(TEXT_TYPE, adapters::load))
                .post("/v1/unload_lora_adapter", answering(TEXT_TYPE, adapters::unload))
                .any((request, response) -> error(
                        response,
                        ApiException.notFound(
                                null,
                                "there is no " + request.prologue().method() + " "
                                        + request.path().path())));
    }

    /** What an endpoint does with a request's fields. */
    @FunctionalInterface
    private interface Endpoint {
        String handle(Fields fields) throws ApiException;
    }

    private static Handler answering(String contentType, Endpoint endpoint) {
        return (request, response) -> {
            try {
                send(response, 200, contentType, endpoint.handle(Fields.parse(body(request))));
            } catch (ApiException refused) {
                error(response, refused);
            } catch (RuntimeException fault) {
                LOG.error("{} failed", request.path().path(), fault);
                error(response, ApiException.internal(fault.toString()));
            }
        };
    }

    private static byte[] body(ServerRequest request) throws ApiException {
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        try (InputStream content = request.content().inputStream()) {
            byte[] body = content.readNBytes(MAX_BODY_BYTES + 1);
            if (body.length > MAX_BODY_BYTES) {
                throw ApiException.tooLarge("the body has more than " + MAX_BODY_BYTES + " bytes");
            }
            return body;
        } catch (IOException unreadable) {
            throw ApiException.badRequest("the body cannot be read: " + unreadable.getMessage());
        }
    }

    private static void error(ServerResponse response, ApiException refused) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("error")
                .put("message", refused.getMessage())
                .put("type", refused.type())
                .put("param", refused.field())
                .put("code", refused.status());
        send(response, refused.status(), JSON_TYPE, body.toString());
    }

    private static void send(ServerResponse response, int status, String contentType, String body) {
        response.status(Status.create(status))
                .header(HeaderNames.CONTENT_TYPE, contentType)
                .send(body.getBytes(StandardCharsets.UTF_8));
    }
}
