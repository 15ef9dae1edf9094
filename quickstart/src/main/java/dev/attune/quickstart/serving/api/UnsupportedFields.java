package dev.attune.quickstart.serving.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Fields of vLLM's API that change an answer and are not implemented. Their neutral value passes; any other is refused, because an
 * answer that silently ignores what was asked is worse than none. Fields unknown to vLLM too are ignored, as vLLM does.
 */
final class UnsupportedFields {
    private static final Map<String, Predicate<JsonNode>> NEUTRAL = Map.ofEntries(
            Map.entry("stream", value -> !value.asBoolean()),
            Map.entry("best_of", value -> value.asInt() == 1),
            Map.entry("suffix", value -> value.asText().isEmpty()),
            Map.entry("logit_bias", JsonNode::isEmpty),
            Map.entry("presence_penalty", value -> value.asDouble() == 0),
            Map.entry("frequency_penalty", value -> value.asDouble() == 0),
            Map.entry("repetition_penalty", value -> value.asDouble() == 1),
            Map.entry("top_k", value -> value.asInt() <= 0),
            Map.entry("min_p", value -> value.asDouble() == 0),
            Map.entry("min_tokens", value -> value.asInt() == 0),
            Map.entry("use_beam_search", value -> !value.asBoolean()),
            Map.entry("tools", JsonNode::isEmpty),
            Map.entry("tool_choice", value -> value.asText().equals("none")),
            Map.entry("response_format", value -> value.path("type").asText().equals("text")),
            Map.entry("truncate_prompt_tokens", value -> false),
            Map.entry("prompt_embeds", value -> false),
            Map.entry("chat_template", value -> false),
            Map.entry("continue_final_message", value -> !value.asBoolean()));

    private static final List<String> NAMES = NEUTRAL.keySet().stream().sorted().toList();

    private UnsupportedFields() {}

    static void refuse(Fields fields) throws ApiException {
        for (String name : NAMES) {
            JsonNode value = fields.get(name);
            Predicate<JsonNode> neutral = NEUTRAL.get(name);
            if (value != null && neutral != null && !neutral.test(value)) {
                throw ApiException.badField(name, name + " is not supported by this server");
            }
        }
    }
}
