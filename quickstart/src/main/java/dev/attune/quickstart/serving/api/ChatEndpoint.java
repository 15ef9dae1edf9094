package dev.attune.quickstart.serving.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.quickstart.serving.engine.Generation;
import dev.attune.quickstart.serving.engine.Generation.Choice;
import dev.attune.quickstart.serving.engine.GenerationRequest;
import dev.attune.trainer.model.ChatMessage;
import dev.attune.trainer.model.ChatTemplate;
import dev.attune.trainer.model.ModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/chat/completions}: a conversation in, the assistant's next message out. */
final class ChatEndpoint {
    private static final int MAX_MESSAGES = 1024;

    private final Generator generator;
    private final TextCodec codec;
    private final Set<Integer> endTokens;
    private final @Nullable ChatTemplate template;
    private final LogprobsJson logprobsJson;

    ChatEndpoint(Generator generator, TextCodec codec, Set<Integer> endTokens, @Nullable ChatTemplate template) {
        this.generator = generator;
        this.codec = codec;
        this.endTokens = endTokens;
        this.template = template;
        this.logprobsJson = new LogprobsJson(codec);
    }

    ObjectNode handle(Fields fields) throws ApiException {
        String model = fields.requiredText("model");
        generator.requireModel(model);
        GenerationOptions options = GenerationOptions.read(fields, endTokens);
        int[] prompt = codec.encode(render(fields), fields.flag("add_special_tokens", false));
        generator.requirePrompt(prompt);
        int maxTokens = maxTokens(fields, prompt);
        int logprobs = logprobs(fields);
        StopTexts stops = new StopTexts(options.stop(), codec);
        Generation generation = generator.generate(
                new GenerationRequest(
                        prompt,
                        options.choices(),
                        maxTokens,
                        options.sampling(),
                        options.endTokens(),
                        stops.condition(),
                        logprobs,
                        options.promptLogprobs()),
                model);

        ObjectNode answer = Answers.envelope("chatcmpl-", "chat.completion", model);
        ArrayNode choices = answer.putArray("choices");
        for (int i = 0; i < generation.choices().size(); i++) {
            Choice choice = generation.choices().get(i);
            ObjectNode json = choices.addObject().put("index", i);
            choice(json, choice, stops, logprobs);
            if (options.returnTokenIds()) {
                Answers.putTokens(json, "token_ids", choice.tokens());
            }
        }
        Answers.putUsage(answer, prompt.length, generation);
        if (options.promptLogprobs() >= 0) {
            answer.set("prompt_logprobs", logprobsJson.ofPrompt(generation.promptLogprobs()));
        }
        if (options.returnTokenIds()) {
            Answers.putTokens(answer, "prompt_token_ids", prompt);
        }
        return answer;
    }

    private String render(Fields fields) throws ApiException {
        List<ChatMessage> messages = messages(fields.get("messages"));
        if (template == null) {
            throw ApiException.badRequest("the model has no chat template: use /v1/completions");
        }
        try {
            return template.render(messages, fields.flag("add_generation_prompt", true));
        } catch (ModelException refused) {
            throw ApiException.badField("messages", "the chat template refuses the messages: " + refused.getMessage());
        }
    }

    private static List<ChatMessage> messages(@Nullable JsonNode list) throws ApiException {
        if (list == null) {
            throw ApiException.badField("messages", "messages is missing");
        }
        if (!list.isArray() || list.isEmpty() || list.size() > MAX_MESSAGES) {
            throw Fields.wrongType("messages", "a list of 1 to " + MAX_MESSAGES + " messages", list);
        }
        List<ChatMessage> messages = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String field = "messages[" + i + "]";
            JsonNode role = list.get(i).path("role");
            if (!role.isTextual()) {
                throw Fields.wrongType(field + ".role", "a string", role);
            }
            messages.add(new ChatMessage(
                    role.textValue(), content(field + ".content", list.get(i).path("content"))));
        }
        return messages;
    }

    /** A string, or a list of text parts. */
    private static String content(String field, JsonNode content) throws ApiException {
        if (content.isTextual()) {
            return content.textValue();
        }
        if (!content.isArray()) {
            throw Fields.wrongType(field, "a string or a list of text parts", content);
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            if (!part.path("type").asText().equals("text") || !part.path("text").isTextual()) {
                throw Fields.wrongType(field, "a string or a list of text parts", part);
            }
            text.append(part.path("text").textValue());
        }
        return text.toString();
    }

    private int maxTokens(Fields fields, int[] prompt) throws ApiException {
        String field = fields.has("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
        int room = generator.roomAfter(prompt);
        if (room == 0 && !fields.has(field)) {
            throw ApiException.badField(
                    "messages", "the messages fill the whole context of the model: no room for an answer");
        }
        int maxTokens = fields.integer(field, room, 1, Integer.MAX_VALUE);
        generator.requireRoom(prompt, maxTokens);
        return maxTokens;
    }

    private static int logprobs(Fields fields) throws ApiException {
        int top = fields.integer("top_logprobs", 0, 0, GenerationOptions.MAX_LOGPROBS);
        if (fields.flag("logprobs", false)) {
            return top;
        }
        if (top > 0) {
            throw ApiException.badField("top_logprobs", "when using `top_logprobs`, `logprobs` must be set to true.");
        }
        return GenerationRequest.NONE;
    }

    private void choice(ObjectNode json, Choice choice, StopTexts stops, int logprobs) {
        String uncut = codec.decode(choice.tokens());
        json.putObject("message").put("role", "assistant").put("content", stops.cut(uncut));
        if (logprobs >= 0) {
            json.set("logprobs", logprobsJson.ofChat(choice.logprobs()));
        } else {
            json.putNull("logprobs");
        }
        Answers.putFinish(json, choice, stops, uncut);
    }
}
