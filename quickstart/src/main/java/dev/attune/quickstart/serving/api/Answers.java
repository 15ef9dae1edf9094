package dev.attune.quickstart.serving.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.quickstart.serving.engine.Generation;
import dev.attune.quickstart.serving.engine.Generation.Choice;
import java.time.Instant;
import java.util.UUID;

/** The parts that answers of completions and chat share. */
final class Answers {
    private Answers() {}

    static ObjectNode envelope(String idPrefix, String object, String model) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", idPrefix + UUID.randomUUID().toString().replace("-", ""))
                .put("object", object)
                .put("created", Instant.now().getEpochSecond())
                .put("model", model);
    }

    static void putFinish(ObjectNode json, Choice choice, StopTexts stops, String uncutText) {
        switch (choice.finishReason()) {
            case LENGTH -> json.put("finish_reason", "length").putNull("stop_reason");
            case END_TOKEN -> json.put("finish_reason", "stop").putNull("stop_reason");
            case STOP_CONDITION -> json.put("finish_reason", "stop").put("stop_reason", stops.reached(uncutText));
        }
    }

    static void putTokens(ObjectNode json, String field, int[] tokens) {
        var array = json.putArray(field);
        for (int token : tokens) {
            array.add(token);
        }
    }

    static void putUsage(ObjectNode json, int promptTokens, Generation generation) {
        int completionTokens = generation.choices().stream()
                .mapToInt(choice -> choice.tokens().length)
                .sum();
        json.putObject("usage")
                .put("prompt_tokens", promptTokens)
                .put("total_tokens", promptTokens + completionTokens)
                .put("completion_tokens", completionTokens);
    }
}
