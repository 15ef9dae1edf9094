package dev.attune.quickstart.serving.gguf;

import dev.attune.artifacts.SafeTensors;
import dev.attune.quickstart.serving.gguf.GgufValue.Float32;
import dev.attune.quickstart.serving.gguf.GgufValue.Text;
import dev.attune.quickstart.serving.gguf.GgufValue.UnsignedInt;
import dev.attune.trainer.model.LlamaConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Llama in Hugging Face's form, written as an F32 GGUF file. F32 because what is served is compared with what the trainer computed:
 * with F16 weights the two differ by up to 3e-2 a token, which hides a wrong adapter.
 */
public final class BaseModelConverter {
    private static final String WEIGHTS_FILE = "model.safetensors";
    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final String HEAD = "lm_head.weight";

    private final LlamaConfig config;
    private final SafeTensors weights;
    private final List<GgufTensor> tensors = new ArrayList<>();

    private BaseModelConverter(LlamaConfig config, SafeTensors weights) {
        this.config = config;
        this.weights = weights;
    }

    /**
     * Writes a model directory as one file.
     *
     * @param modelDirectory has {@code model.safetensors} and {@code tokenizer.json}
     * @param config the directory's {@code config.json}
     * @param gguf the file to write
     * @throws ConversionException naming what is missing, has another shape, or is not supported
     */
    public static void convert(Path modelDirectory, LlamaConfig config, Path gguf)
            throws IOException, ConversionException {
        if (config.ropeScaling() != null) {
            throw new ConversionException(
                    "config.json: rope_scaling is not supported by the quickstart's serving process");
        }
        Path file = modelDirectory.resolve(WEIGHTS_FILE);
        if (!Files.isRegularFile(file)) {
            throw new ConversionException(file + " is missing (sharded weights are not supported)");
        }
        try (SafeTensors weights = SafeTensors.open(file)) {
            BaseModelConverter converter = new BaseModelConverter(config, weights);
            converter.addAllTensors();
            GgufWriter.write(gguf, converter.metadata(modelDirectory), converter.tensors);
        }
    }

    private Map<String, GgufValue> metadata(Path modelDirectory) throws IOException {
        Map<String, GgufValue> metadata = new LinkedHashMap<>();
        metadata.put("general.architecture", new Text("llama"));
        metadata.put("general.name", new Text(String.valueOf(modelDirectory.getFileName())));
        metadata.put("llama.vocab_size", new UnsignedInt(config.vocabularySize()));
        metadata.put("llama.context_length", new UnsignedInt(config.maxPositions()));
        metadata.put("llama.embedding_length", new UnsignedInt(config.hiddenSize()));
        metadata.put("llama.block_count", new UnsignedInt(config.layers()));
        metadata.put("llama.feed_forward_length", new UnsignedInt(config.intermediateSize()));
        metadata.put("llama.attention.head_count", new UnsignedInt(config.heads()));
        metadata.put("llama.attention.head_count_kv", new UnsignedInt(config.keyValueHeads()));
        metadata.put("llama.attention.key_length", new UnsignedInt(config.headSize()));
        metadata.put("llama.attention.value_length", new UnsignedInt(config.headSize()));
        metadata.put("llama.rope.dimension_count", new UnsignedInt(config.headSize()));
        metadata.put("llama.rope.freq_base", new Float32((float) config.ropeTheta()));
        metadata.put("llama.attention.layer_norm_rms_epsilon", new Float32((float) config.normEpsilon()));
        metadata.putAll(TokenizerMetadata.read(modelDirectory.resolve("tokenizer.json"), config.vocabularySize()));
        return metadata;
    }

    private void addAllTensors() throws IOException, ConversionException {
        boolean headStored = weights.tensors().containsKey(HEAD);
        boolean embeddingStored = weights.tensors().containsKey(EMBEDDING);
        // Tied weights are one matrix, and a file may keep it under either name.
        String embedding = embeddingStored || !config.tiedEmbeddings() ? EMBEDDING : HEAD;
        add("token_embd.weight", embedding, config.vocabularySize(), config.hiddenSize());
        if (!config.tiedEmbeddings()) {
            if (!headStored) {
                throw new ConversionException(
                        weights.path() + " has no " + HEAD + ", and config.json does not tie it to the embedding");
            }
            add("output.weight", HEAD, config.vocabularySize(), config.hiddenSize());
        }
        add("output_norm.weight", "model.norm.weight", config.hiddenSize());
        for (int layer = 0; layer < config.layers(); layer++) {
            addLayer(layer);
        }
    }

    private void addLayer(int layer) throws IOException, ConversionException {
        String prefix = "model.layers." + layer + ".";
        add("blk." + layer + ".attn_norm.weight", prefix + "input_layernorm.weight", config.hiddenSize());
        add("blk." + layer + ".ffn_norm.weight", prefix + "post_attention_layernorm.weight", config.hiddenSize());
        for (LinearLayer linear : LinearLayer.values()) {
            String name = prefix + linear.module() + ".weight";
            int columns = linear.columns(config);
            long[] shape = requireShape(name, linear.rows(config), columns);
            tensors.add(new GgufTensor(
                    linear.ggufName(layer),
                    shape,
                    () -> linear.rowsForLlamaCpp(weights.floats(name), config, columns)));
        }
    }

    private void add(String ggufName, String name, long... shape) throws IOException, ConversionException {
        tensors.add(new GgufTensor(ggufName, requireShape(name, shape), () -> weights.floats(name)));
    }

    private long[] requireShape(String name, long... shape) throws IOException, ConversionException {
        long[] stored = weights.info(name).shape();
        if (!Arrays.equals(stored, shape)) {
            throw new ConversionException(weights.path() + ": " + name + " has the shape " + Arrays.toString(stored)
                    + ", config.json says " + Arrays.toString(shape));
        }
        return shape;
    }
}
