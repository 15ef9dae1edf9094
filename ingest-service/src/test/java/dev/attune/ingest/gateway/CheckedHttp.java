package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.attune.ingest.gateway.openapi.Contract;
import dev.attune.ingest.gateway.openapi.Contract.Operation;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A client that refuses every answer that the OpenAPI document does not describe. */
final class CheckedHttp {
    private final Http http;
    private final Contract contract;

    CheckedHttp(Http http, Contract contract) {
        this.http = http;
        this.contract = contract;
    }

    Http.Answer get(String path, String... headers) {
        HttpRequest.Builder request = http.request(path).GET();
        if (headers.length > 0) {
            request.headers(headers);
        }
        return checked("GET", path, http.send(request));
    }

    Http.Answer post(String path, String body) {
        return post(path, body.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    Http.Answer post(String path, byte[] body, Map<String, String> headers) {
        return checked("POST", path, http.post(path, body, headers));
    }

    Http.Answer send(String method, String path, String... headers) {
        HttpRequest.Builder request = http.request(path).method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return checked(method, path, http.send(request));
    }

    private Http.Answer checked(String method, String path, Http.Answer answer) {
        String request = method + " " + path + " -> " + answer.status();
        JsonNode response = response(method, path, answer.status());
        assertThat(response.isMissingNode())
                .as(request + " is not documented: " + answer.text())
                .isFalse();
        response.path("headers").properties().stream()
                .filter(header ->
                        contract.resolved(header.getValue()).path("required").asBoolean())
                .forEach(header -> assertThat(answer.headers())
                        .as(request)
                        .containsKey(header.getKey().toLowerCase(Locale.ROOT)));
        String type = answer.header("content-type").replaceAll(";.*", "");
        JsonNode media = response.path("content").path(type);
        if (answer.text().isEmpty()) {
            assertThat(response.has("content"))
                    .as(request + " should have a body")
                    .isFalse();
            return answer;
        }
        assertThat(media.isMissingNode())
                .as(request + " has the undocumented type " + type)
                .isFalse();
        JsonNode body = type.contains("json") ? answer.json() : TextNode.valueOf(answer.text());
        assertThat(contract.errors(media.get("schema"), body))
                .as(request + " " + answer.text())
                .isEmpty();
        return answer;
    }

    /** What no operation documents is one of the two answers that every path gives. */
    private JsonNode response(String method, String path, int status) {
        Optional<Operation> operation = contract.operation(method, path);
        if (operation.isPresent()) {
            JsonNode documented = operation.get().node().path("responses").path(Integer.toString(status));
            return documented.isMissingNode() ? documented : contract.resolved(documented);
        }
        return contract.at(
                switch (status) {
                    case 404 -> "#/components/responses/NotFound";
                    case 405 -> "#/components/responses/MethodNotAllowed";
                    default ->
                        throw new AssertionError(method + " " + path + " is not documented, but answers " + status);
                });
    }
}
