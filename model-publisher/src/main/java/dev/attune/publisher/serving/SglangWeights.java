package dev.attune.publisher.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.JsonHttp;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * SGLang whose whole weights are replaced from disk, for models without adapters. It has one set of weights: from the load on,
 * and before the proof, the version answers whoever asks. So it is for replicas that have no users while they are updated: SGLang
 * can be paused, but a probe would wait with all others. After "SGLang for RL Systems" in its manual.
 */
public final class SglangWeights implements Replica, Scoring.OfPrompts {

    /** What SGLang calls the weights that it was started with. */
    private static final String AT_START = "default";

    private final ReplicaApi api;
    private final SglangGenerate generate;
    private final String baseModel;
    /** What each version replaced. */
    private final Map<String, Weights> before = new ConcurrentHashMap<>();

    private record Weights(String version, String path) {}

    public SglangWeights(ReplicaSettings settings, JsonHttp http, String baseModel) {
        this.api = new ReplicaApi(settings, http);
        this.generate = new SglangGenerate(api);
        this.baseModel = baseModel;
    }

    @Override
    public String url() {
        return api.url();
    }

    @Override
    public Scoring scoring() {
        return this;
    }

    @Override
    public Optional<Answering> answering() {
        return Optional.empty();
    }

    @Override
    public boolean holdsOne() {
        return true;
    }

    @Override
    public Set<String> models() throws CallException {
        return Set.of(current().version());
    }

    @Override
    public LoadOutcome load(ServedAdapter adapter) throws CallException {
        Weights current = current();
        if (current.version().equals(adapter.name())) {
            return LoadOutcome.ALREADY_LOADED;
        }
        before.put(adapter.name(), current);
        update(new Weights(adapter.name(), adapter.path()));
        return LoadOutcome.LOADED;
    }

    @Override
    public void unload(String name) throws CallException {
        if (!current().version().equals(name)) {
            return;
        }
        Weights replaced = before.get(name);
        if (replaced == null) {
            throw api.refusal("answers with " + name + ", and what it had before is not known: restart it");
        }
        update(replaced);
    }

    @Override
    public List<Double> score(String model, List<Integer> tokens) throws CallException {
        SglangGenerate.Scored scored = generate.score("", tokens);
        String asked = model.equals(baseModel) ? AT_START : model;
        if (!scored.weightVersion().equals(asked)) {
            throw api.nonsense(
                    "was asked for weights '" + asked + "' and answered with '" + scored.weightVersion() + "'");
        }
        return scored.logps();
    }

    private Weights current() throws CallException {
        JsonNode info = api.got("/get_model_info");
        return new Weights(
                info.path("weight_version").asText(AT_START),
                info.path("model_path").asText());
    }

    private void update(Weights weights) throws CallException {
        ObjectNode body = JsonHttp.JSON
                .createObjectNode()
                .put("model_path", weights.path())
                .put("weight_version", weights.version())
                // Or answers would be built on what the weights before had computed.
                .put("flush_cache", true)
                .put("abort_all_requests", false);
        JsonNode answer = api.posted("/update_weights_from_disk", body);
        if (!answer.path("success").asBoolean()) {
            throw api.refusal(
                    "answered 200 without success: " + answer.path("message").asText());
        }
    }
}
