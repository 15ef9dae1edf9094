package dev.attune.quickstart.serving.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attune.quickstart.serving.engine.GenerationRequest;
import dev.attune.quickstart.serving.engine.SamplingParameters;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What completions and chat have in common.
 *
 * @param choices {@code n}
 * @param sampling {@code temperature}, {@code top_p}, {@code seed}
 * @param endTokens the model's own unless {@code ignore_eos}, and {@code stop_token_ids}
 * @param stop texts that end an answer, and are cut off
 * @param promptLogprobs {@code prompt_logprobs}, or {@link GenerationRequest#NONE}
 * @param returnTokenIds whether token ids come with the text
 */
record GenerationOptions(
        int choices,
        SamplingParameters sampling,
        Set<Integer> endTokens,
        List<String> stop,
        int promptLogprobs,
        boolean returnTokenIds) {
    static final int MAX_CHOICES = 128;
    static final int MAX_LOGPROBS = 20;
    private static final int MAX_STOPS = 16;

    static GenerationOptions read(Fields fields, Set<Integer> modelEndTokens) throws ApiException {
        UnsupportedFields.refuse(fields);
        Set<Integer> endTokens = new HashSet<>(fields.flag("ignore_eos", false) ? Set.of() : modelEndTokens);
        JsonNode stopTokens = fields.get("stop_token_ids");
        if (stopTokens != null) {
            if (!stopTokens.isArray()) {
                throw Fields.wrongType("stop_token_ids", "a list of token ids", stopTokens);
            }
            for (int token : fields.tokens("stop_token_ids", stopTokens)) {
                endTokens.add(token);
            }
        }
        return new GenerationOptions(
                fields.integer("n", 1, 1, MAX_CHOICES),
                sampling(fields),
                endTokens,
                fields.texts("stop", MAX_STOPS),
                fields.integer("prompt_logprobs", GenerationRequest.NONE, 0, MAX_LOGPROBS),
                fields.flag("return_token_ids", false));
    }

    private static SamplingParameters sampling(Fields fields) throws ApiException {
        double temperature = fields.number("temperature", 1);
        if (!(temperature >= 0 && temperature <= 100)) {
            throw ApiException.badField("temperature", "temperature must be from 0 to 100, got " + temperature);
        }
        double topP = fields.number("top_p", 1);
        if (!(topP > 0 && topP <= 1)) {
            throw ApiException.badField("top_p", "top_p must be in (0, 1], got " + topP);
        }
        return new SamplingParameters(temperature, topP, fields.wholeNumber("seed"));
    }
}
