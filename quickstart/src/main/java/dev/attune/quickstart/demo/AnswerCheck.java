package dev.attune.quickstart.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.kit.HttpServers;
import dev.attune.quickstart.corpus.SupportCorpus;
import dev.attune.quickstart.corpus.WellFormed;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;

/** The answer check that the publisher's gate asks over HTTP: which of a candidate's answers are well-formed. */
final class AnswerCheck implements AutoCloseable {
    private final WellFormed wellFormed;
    private final WebServer server;

    private AnswerCheck(SupportCorpus corpus) {
        this.wellFormed = new WellFormed(corpus);
        this.server = HttpServers.start(
                "answer check", "127.0.0.1", 0, HttpRouting.builder().post("/check", this::check));
    }

    static AnswerCheck start(SupportCorpus corpus) {
        return new AnswerCheck(corpus);
    }

    String url() {
        return "http://127.0.0.1:" + server.port() + "/check";
    }

    private void check(ServerRequest request, ServerResponse response) throws IOException {
        ObjectNode answer = JsonHttp.JSON.createObjectNode();
        ArrayNode results = answer.putArray("results");
        try (InputStream body = request.content().inputStream()) {
            for (JsonNode one : JsonHttp.JSON.readTree(body).path("answers")) {
                boolean ended = one.path("finishReason").asText().equals("stop");
                boolean ok = ended && wellFormed.isWellFormed(one.path("answer").asText());
                results.addObject().put("ok", ok).put("reason", ok ? "" : ended ? "broken sentences" : "did not end");
            }
        }
        response.header(HeaderNames.CONTENT_TYPE, "application/json").send(JsonHttp.JSON.writeValueAsBytes(answer));
    }

    @Override
    public void close() {
        server.stop();
    }
}
