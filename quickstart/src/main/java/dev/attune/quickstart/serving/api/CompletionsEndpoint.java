package dev.attune.quickstart.serving.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.quickstart.serving.engine.Generation;
import dev.attune.quickstart.serving.engine.Generation.Choice;
import dev.attune.quickstart.serving.engine.GenerationRequest;
import dev.attune.quickstart.serving.engine.TokenLogprob;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code POST /v1/completions}: text or token ids in, text out. */
final class CompletionsEndpoint {
    private static final int DEFAULT_MAX_TOKENS = 16;

    private final Generator generator;
    private final TextCodec codec;
    private final Set<Integer> endTokens;
    private final LogprobsJson logprobsJson;

    CompletionsEndpoint(Generator generator, TextCodec codec, Set<Integer> endTokens) {
        this.generator = generator;
        this.codec = codec;
        this.endTokens = endTokens;
        this.logprobsJson = new LogprobsJson(codec);
    }

    /** What is particular to completions. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Call(
            String model, int[] prompt, int maxTokens, int logprobs, boolean echo, GenerationOptions options) {
        /** An echoed prompt is reported like the answer, so its log-probabilities are needed as well. */
        GenerationRequest request(StopTexts stops) {
            int promptLogprobs = echo ? Math.max(options.promptLogprobs(), logprobs) : options.promptLogprobs();
            return new GenerationRequest(
                    prompt,
                    options.choices(),
                    maxTokens,
                    options.sampling(),
                    options.endTokens(),
                    stops.condition(),
                    logprobs,
                    promptLogprobs);
        }
    }

    ObjectNode handle(Fields fields) throws ApiException {
        String model = fields.requiredText("model");
        generator.requireModel(model);
        Call call = read(fields, model);
        StopTexts stops = new StopTexts(call.options().stop(), codec);
        Generation generation = generator.generate(call.request(stops), model);

        ObjectNode answer = Answers.envelope("cmpl-", "text_completion", model);
        ArrayNode choices = answer.putArray("choices");
        for (int i = 0; i < generation.choices().size(); i++) {
            choice(
                    choices.addObject().put("index", i),
                    call,
                    stops,
                    generation,
                    generation.choices().get(i));
        }
        Answers.putUsage(answer, call.prompt().length, generation);
        return answer;
    }

    private Call read(Fields fields, String model) throws ApiException {
        GenerationOptions options = GenerationOptions.read(fields, endTokens);
        int[] prompt = prompt(fields);
        generator.requirePrompt(prompt);
        boolean echo = fields.flag("echo", false);
        int defaultMaxTokens = Math.min(DEFAULT_MAX_TOKENS, generator.roomAfter(prompt));
        // As in vLLM: nothing to generate makes sense only where the prompt is the answer.
        int maxTokens = fields.integer("max_tokens", defaultMaxTokens, echo ? 0 : 1, Integer.MAX_VALUE);
        generator.requireRoom(prompt, maxTokens);
        int logprobs = fields.integer("logprobs", GenerationRequest.NONE, 0, GenerationOptions.MAX_LOGPROBS);
        return new Call(model, prompt, maxTokens, logprobs, echo, options);
    }

    private int[] prompt(Fields fields) throws ApiException {
        JsonNode prompt = fields.get("prompt");
        if (prompt == null) {
            throw ApiException.badField("prompt", "prompt is missing");
        }
        if (prompt.isTextual()) {
            return codec.encode(prompt.textValue(), fields.flag("add_special_tokens", true));
        }
        if (prompt.isArray() && (prompt.isEmpty() || prompt.get(0).isNumber())) {
            return fields.tokens("prompt", prompt);
        }
        throw Fields.wrongType("prompt", "a string or a list of token ids", prompt);
    }

    private void choice(ObjectNode json, Call call, StopTexts stops, Generation generation, Choice choice) {
        String uncut = codec.decode(choice.tokens());
        String promptText = call.echo() ? codec.decode(call.prompt()) : "";
        json.put("text", promptText + stops.cut(uncut));
        if (call.logprobs() >= 0) {
            json.set("logprobs", logprobs(call, generation, choice));
        } else {
            json.putNull("logprobs");
        }
        Answers.putFinish(json, choice, stops, uncut);
        if (call.options().promptLogprobs() >= 0) {
            json.set("prompt_logprobs", logprobsJson.ofPrompt(generation.promptLogprobs()));
        } else {
            json.putNull("prompt_logprobs");
        }
        if (call.options().returnTokenIds()) {
            Answers.putTokens(json, "token_ids", choice.tokens());
            Answers.putTokens(json, "prompt_token_ids", call.prompt());
        }
    }

    private ObjectNode logprobs(Call call, Generation generation, Choice choice) {
        if (!call.echo()) {
            return logprobsJson.ofCompletion(choice.logprobs(), 0, -1);
        }
        List<TokenLogprob> all = new ArrayList<>(generation.promptLogprobs());
        all.addAll(choice.logprobs());
        return logprobsJson.ofCompletion(all, 0, call.prompt()[0]);
    }
}
