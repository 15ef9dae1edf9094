package dev.attune.quickstart.serving.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.quickstart.serving.engine.ModelRegistry;
import dev.attune.quickstart.serving.engine.ServedModel;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/models}: the base model and each loaded adapter. */
final class ModelsEndpoint {
    private final ModelRegistry models;
    private final int contextLength;
    private final long startedAt = Instant.now().getEpochSecond();

    ModelsEndpoint(ModelRegistry models, int contextLength) {
        this.models = models;
        this.contextLength = contextLength;
    }

    ObjectNode list() {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode data = answer.putArray("data");
        add(data, models.base(), null).put("max_model_len", contextLength);
        for (ServedModel adapter : models.adapters()) {
            add(data, adapter, models.base().name());
        }
        return answer;
    }

    private ObjectNode add(ArrayNode data, ServedModel model, @Nullable String parent) {
        return data.addObject()
                .put("id", model.name())
                .put("object", "model")
                .put("created", startedAt)
                .put("owned_by", "attune")
                .put("root", model.root())
                .put("parent", parent);
    }
}
