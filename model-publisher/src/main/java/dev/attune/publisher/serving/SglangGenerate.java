package dev.attune.publisher.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.JsonHttp;
import java.util.ArrayList;
import java.util.List;

/** SGLang's own {@code /generate}, which scores given tokens; "Sampling Parameters" in its manual. */
final class SglangGenerate {

    private final ReplicaApi api;

    SglangGenerate(ReplicaApi api) {
        this.api = api;
    }

    /**
     * What it computed.
     *
     * @param logps of {@code tokens[1..]}, in nats
     * @param weightVersion which weights computed it; empty where the server is too old to say
     */
    record Scored(List<Double> logps, String weightVersion) {}

    /** @param adapter name of a loaded adapter; empty for the weights alone */
    Scored score(String adapter, List<Integer> tokens) throws CallException {
        ObjectNode body = JsonHttp.JSON.createObjectNode();
        ArrayNode ids = body.putArray("input_ids");
        tokens.forEach(ids::add);
        body.putObject("sampling_params").put("max_new_tokens", 1).put("temperature", 0);
        body.put("return_logprob", true).put("logprob_start_len", 0);
        if (!adapter.isEmpty()) {
            body.put("lora_path", adapter);
        }
        JsonNode meta = api.posted("/generate", body).path("meta_info");
        JsonNode scored = meta.path("input_token_logprobs");
        if (scored.size() != tokens.size()) {
            throw api.nonsense("gave " + scored.size() + " input_token_logprobs for " + tokens.size() + " tokens");
        }
        List<Double> logps = new ArrayList<>(tokens.size() - 1);
        for (int i = 1; i < tokens.size(); i++) {
            // [log-probability, token id, text]; the first token has none before it, and null for a log-probability.
            JsonNode entry = scored.get(i);
            if (entry.path(1).asInt(-1) != tokens.get(i)) {
                throw api.nonsense("scored token " + entry.path(1) + " in place of " + tokens.get(i));
            }
            logps.add(api.logp(entry.path(0)));
        }
        return new Scored(logps, meta.path("weight_version").asText(""));
    }
}
