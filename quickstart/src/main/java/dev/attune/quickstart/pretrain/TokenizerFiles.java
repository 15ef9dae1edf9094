package dev.attune.quickstart.pretrain;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes a tokenizer as Hugging Face's {@code tokenizers} and {@code transformers} read it. */
final class TokenizerFiles {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Renders <|user|>question<|assistant|>answer<|end|>. */
    private static final String CHAT_TEMPLATE = "{% for message in messages %}"
            + "{% if message['role'] == 'user' %}{{ '<|user|>' + message['content'] }}"
            + "{% elif message['role'] == 'assistant' %}{{ '<|assistant|>' + message['content'] + '<|end|>' }}"
            + "{% else %}{{ raise_exception('This model knows the roles user and assistant only.') }}"
            + "{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

    private TokenizerFiles() {}

    /** Writes {@code tokenizer.json}, {@code tokenizer_config.json} and {@code special_tokens_map.json}. */
    static void write(Path directory, BytePairVocabulary vocabulary, int maxTokens) throws IOException {
        write(directory.resolve("tokenizer.json"), tokenizer(vocabulary));
        write(directory.resolve("tokenizer_config.json"), tokenizerConfig(maxTokens));
        write(
                directory.resolve("special_tokens_map.json"),
                JSON.createObjectNode()
                        .put("eos_token", SpecialToken.END.text())
                        .put("pad_token", SpecialToken.PAD.text()));
    }

    private static void write(Path file, ObjectNode content) throws IOException {
        JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), content);
    }

    private static ObjectNode tokenizer(BytePairVocabulary vocabulary) {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (SpecialToken token : SpecialToken.values()) {
            added.addObject()
                    .put("id", token.id())
                    .put("content", token.text())
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
        }
        root.putNull("normalizer");
        root.set("pre_tokenizer", byteLevel());
        root.putNull("post_processor");
        root.set("decoder", byteLevel());
        ObjectNode model = root.putObject("model").put("type", "BPE");
        model.putNull("dropout").putNull("unk_token").putNull("continuing_subword_prefix");
        model.putNull("end_of_word_suffix").put("fuse_unk", false).put("byte_fallback", false);
        ObjectNode ids = model.putObject("vocab");
        List<String> tokens = vocabulary.tokens();
        for (int id = 0; id < tokens.size(); id++) {
            ids.put(tokens.get(id), id);
        }
        ArrayNode merges = model.putArray("merges");
        vocabulary.merges().forEach(merge -> merges.add(merge.left() + " " + merge.right()));
        return root;
    }

    private static ObjectNode byteLevel() {
        return JSON.createObjectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", true);
    }

    private static ObjectNode tokenizerConfig(int maxTokens) {
        ObjectNode config = JSON.createObjectNode();
        config.put("tokenizer_class", "PreTrainedTokenizerFast").put("model_max_length", maxTokens);
        config.putNull("bos_token").put("eos_token", SpecialToken.END.text()).put("pad_token", SpecialToken.PAD.text());
        config.put("add_bos_token", false).put("clean_up_tokenization_spaces", false);
        config.put("chat_template", CHAT_TEMPLATE);
        return config;
    }
}
