package dev.attune.publisher.merge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.attune.artifacts.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The weights of a Hugging Face directory: {@code model.safetensors}, or the shards that {@code model.safetensors.index.json}
 * names.
 *
 * @param directory the model's
 * @param index the index of its shards; empty where there is one file
 * @param shards its files' names, sorted
 */
record BaseFiles(Path directory, Optional<Path> index, List<String> shards) {

    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final long MAX_JSON_BYTES = 64L << 20;
    private static final Pattern SHARD = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,200}\\.safetensors");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** @throws MergeException if there are no weights, or the index is not true of the shards */
    static BaseFiles of(Path directory) throws MergeException, IOException {
        Path config = directory.resolve("config.json");
        if (!Files.isRegularFile(config)) {
            throw new MergeException(config + " is missing: the base is a Hugging Face directory");
        }
        if (readJson(config).hasNonNull("quantization_config")) {
            throw new MergeException(config + ": quantization_config: quantised weights cannot take an adapter in");
        }
        Path index = directory.resolve(INDEX);
        if (Files.isRegularFile(directory.resolve(SINGLE))) {
            if (Files.exists(index)) {
                throw new MergeException(directory + " has " + SINGLE + " and " + INDEX + ": which are the weights?");
            }
            return new BaseFiles(directory, Optional.empty(), List.of(SINGLE));
        }
        if (!Files.isRegularFile(index)) {
            throw new MergeException(
                    directory + " has neither " + SINGLE + " nor " + INDEX + ": weights in other forms are not read");
        }
        return sharded(directory, index);
    }

    private static BaseFiles sharded(Path directory, Path index) throws MergeException, IOException {
        Map<String, Set<String>> tensorsByShard = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry :
                readJson(index).path("weight_map").properties()) {
            String shard = entry.getValue().asText();
            if (!SHARD.matcher(shard).matches()) {
                throw new MergeException(index + ": weight_map names a file that is no shard");
            }
            tensorsByShard.computeIfAbsent(shard, name -> new TreeSet<>()).add(entry.getKey());
        }
        if (tensorsByShard.isEmpty()) {
            throw new MergeException(index + ": weight_map names no shards");
        }
        for (Map.Entry<String, Set<String>> shard : tensorsByShard.entrySet()) {
            Path file = directory.resolve(shard.getKey());
            if (!Files.isRegularFile(file)) {
                throw new MergeException(file + " is missing, which " + INDEX + " names");
            }
            try (SafeTensors tensors = SafeTensors.open(file)) {
                if (!tensors.tensors().keySet().equals(shard.getValue())) {
                    throw new MergeException(file + " does not hold the tensors that " + INDEX + " says");
                }
            }
        }
        return new BaseFiles(directory, Optional.of(index), List.copyOf(tensorsByShard.keySet()));
    }

    private static JsonNode readJson(Path file) throws MergeException, IOException {
        if (Files.size(file) > MAX_JSON_BYTES) {
            throw new MergeException(file + " has " + Files.size(file) + " bytes");
        }
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new MergeException(file + " is no JSON: " + e.getOriginalMessage());
        }
    }

    /** Bytes of all weights. */
    long bytes() throws IOException {
        long bytes = 0;
        for (String shard : shards) {
            bytes += Files.size(directory.resolve(shard));
        }
        return bytes;
    }

    /** Files that go with the weights: what describes model and tokenizer, and the terms that both are under. */
    List<Path> companions() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> Files.isRegularFile(file))
                    .filter(file -> isCompanion(file.getFileName().toString()))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isCompanion(String name) {
        return Set.of(
                                "config.json",
                                "generation_config.json",
                                "tokenizer.json",
                                "tokenizer_config.json",
                                "special_tokens_map.json",
                                "added_tokens.json",
                                "vocab.json",
                                "merges.txt",
                                "tokenizer.model",
                                "chat_template.jinja",
                                "chat_template.json",
                                INDEX)
                        .contains(name)
                || name.startsWith("LICENSE")
                || name.startsWith("NOTICE")
                || name.startsWith("USE_POLICY");
    }
}
