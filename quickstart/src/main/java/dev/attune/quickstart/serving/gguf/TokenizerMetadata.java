package dev.attune.quickstart.serving.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.quickstart.serving.gguf.GgufValue.Flag;
import dev.attune.quickstart.serving.gguf.GgufValue.Sequence;
import dev.attune.quickstart.serving.gguf.GgufValue.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A {@code tokenizer.json} as GGUF metadata. Only the byte-level BPE of GPT-2 is written out: for others llama.cpp has no equal, or
 * one that aborts on an unknown character, and the file then says that it has no vocabulary. The serving process itself always
 * tokenizes in Java, so both kinds are served; what is written out makes the file complete, and lets a test hold llama.cpp's
 * tokenizer against the trainer's.
 */
final class TokenizerMetadata {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NORMAL = 1;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int UNUSED = 5;

    private TokenizerMetadata() {}

    static Map<String, GgufValue> read(Path tokenizerFile, int vocabularySize) throws IOException {
        JsonNode tokenizer =
                Files.isRegularFile(tokenizerFile) ? JSON.readTree(tokenizerFile.toFile()) : JSON.createObjectNode();
        return isGpt2(tokenizer)
                ? gpt2(tokenizer, vocabularySize)
                : Map.of("tokenizer.ggml.model", new Text("no_vocab"));
    }

    /** Byte-level BPE with GPT-2's own pattern, and nothing before or after it that would change the text or the ids. */
    static boolean isGpt2(JsonNode tokenizer) {
        JsonNode model = tokenizer.path("model");
        JsonNode split = tokenizer.path("pre_tokenizer");
        String postProcessor = tokenizer.path("post_processor").path("type").asText("ByteLevel");
        return model.path("type").asText().equals("BPE")
                && !model.path("byte_fallback").asBoolean(false)
                && !model.path("ignore_merges").asBoolean(false)
                && model.path("unk_token").isNull()
                && tokenizer.path("normalizer").isNull()
                && split.path("type").asText().equals("ByteLevel")
                && !split.path("add_prefix_space").asBoolean(true)
                && split.path("use_regex").asBoolean(true)
                && postProcessor.equals("ByteLevel");
    }

    private static Map<String, GgufValue> gpt2(JsonNode tokenizer, int vocabularySize) {
        Map<Integer, String> texts = new TreeMap<>();
        Map<Integer, Integer> types = new HashMap<>();
        tokenizer.path("model").path("vocab").properties().forEach(entry -> {
            texts.put(entry.getValue().asInt(), entry.getKey());
            types.put(entry.getValue().asInt(), NORMAL);
        });
        for (JsonNode added : tokenizer.path("added_tokens")) {
            int id = added.path("id").asInt();
            texts.put(id, added.path("content").asText());
            types.put(id, added.path("special").asBoolean() ? CONTROL : USER_DEFINED);
        }
        List<String> tokens = new ArrayList<>();
        List<Integer> tokenTypes = new ArrayList<>();
        for (int id = 0; id < vocabularySize; id++) {
            // Embedding rows beyond the tokenizer's last id still need a name that no text gives.
            tokens.add(texts.getOrDefault(id, "[unused" + id + "]"));
            tokenTypes.add(types.getOrDefault(id, UNUSED));
        }
        Map<String, GgufValue> metadata = new LinkedHashMap<>();
        metadata.put("tokenizer.ggml.model", new Text("gpt2"));
        metadata.put("tokenizer.ggml.pre", new Text("gpt-2"));
        metadata.put("tokenizer.ggml.tokens", Sequence.ofTexts(tokens));
        metadata.put("tokenizer.ggml.token_type", Sequence.ofInts(tokenTypes));
        metadata.put("tokenizer.ggml.merges", Sequence.ofTexts(merges(tokenizer)));
        metadata.put("tokenizer.ggml.add_bos_token", new Flag(false));
        metadata.put("tokenizer.ggml.add_eos_token", new Flag(false));
        return metadata;
    }

    /** Merges are written "a b", or by newer versions of the library as ["a", "b"]. */
    private static List<String> merges(JsonNode tokenizer) {
        List<String> merges = new ArrayList<>();
        for (JsonNode merge : tokenizer.path("model").path("merges")) {
            merges.add(
                    merge.isArray() ? merge.get(0).asText() + " " + merge.get(1).asText() : merge.asText());
        }
        return merges;
    }
}
