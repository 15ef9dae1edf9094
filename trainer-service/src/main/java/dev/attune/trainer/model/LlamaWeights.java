package dev.attune.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.attune.artifacts.DType;
import dev.attune.artifacts.SafeTensors;
import dev.attune.artifacts.TensorData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** The weights of a Llama under Hugging Face's names, and their way from and to safetensors. */
final class LlamaWeights {
    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final String OUTPUT = "lm_head.weight";
    private static final double INITIAL_DEVIATION = 0.02;

    private LlamaWeights() {}

    /** Name and shape of every weight, in the order in which {@link LlamaProgram} takes them; tied ones once. */
    static Map<String, Shape> shapes(LlamaConfig config) {
        int hidden = config.hiddenSize();
        int query = config.heads() * config.headSize();
        int keyValue = config.keyValueHeads() * config.headSize();
        int inner = config.intermediateSize();
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put(EMBEDDING, new Shape(config.vocabularySize(), hidden));
        for (int i = 0; i < config.layers(); i++) {
            String layer = "model.layers." + i + ".";
            shapes.put(layer + "input_layernorm.weight", new Shape(hidden));
            shapes.put(layer + "self_attn.q_proj.weight", new Shape(query, hidden));
            shapes.put(layer + "self_attn.k_proj.weight", new Shape(keyValue, hidden));
            shapes.put(layer + "self_attn.v_proj.weight", new Shape(keyValue, hidden));
            shapes.put(layer + "self_attn.o_proj.weight", new Shape(hidden, query));
            shapes.put(layer + "post_attention_layernorm.weight", new Shape(hidden));
            shapes.put(layer + "mlp.gate_proj.weight", new Shape(inner, hidden));
            shapes.put(layer + "mlp.up_proj.weight", new Shape(inner, hidden));
            shapes.put(layer + "mlp.down_proj.weight", new Shape(hidden, inner));
        }
        shapes.put("model.norm.weight", new Shape(hidden));
        if (!config.tiedEmbeddings()) {
            shapes.put(OUTPUT, new Shape(config.vocabularySize(), hidden));
        }
        return shapes;
    }

    /** The program's argument: {@code weights} with the output matrix last, which is the embedding where it is tied. */
    static NDList programOrder(LlamaConfig config, NDList weights) {
        NDList ordered = new NDList(weights);
        if (config.tiedEmbeddings()) {
            ordered.add(weights.get(0));
        }
        return ordered;
    }

    /**
     * Reads F32, F16 or BF16 weights as float32.
     *
     * @throws ModelException naming file and tensor, where one is missing, unknown, of another shape or not finite
     */
    static NDList load(Path file, LlamaConfig config, NDManager manager) {
        try (SafeTensors tensors = ModelFiles.openSafeTensors(file)) {
            Map<String, Shape> shapes = shapes(config);
            // A tied matrix may be stored under the name of either end.
            boolean underOutput = config.tiedEmbeddings() && !tensors.tensors().containsKey(EMBEDDING);
            for (String name : tensors.tensors().keySet()) {
                boolean tied = config.tiedEmbeddings() && name.equals(OUTPUT);
                if (!shapes.containsKey(name) && !tied && !name.endsWith(".rotary_emb.inv_freq")) {
                    throw new ModelException(file + ": " + name + ": a Llama of this config has no such weight");
                }
            }
            NDList weights = new NDList(shapes.size());
            for (Map.Entry<String, Shape> entry : shapes.entrySet()) {
                String stored = underOutput && entry.getKey().equals(EMBEDDING) ? OUTPUT : entry.getKey();
                NDArray weight =
                        manager.create(ModelFiles.readFloats(tensors, stored, entry.getValue()), entry.getValue());
                weight.setName(entry.getKey());
                weights.add(weight);
            }
            return weights;
        } catch (IOException e) {
            throw new ModelException(ModelFiles.describe(file, e), e);
        }
    }

    /** Norms are ones, everything else is normal with deviation 0.02; the same seed gives the same weights. */
    static NDList random(LlamaConfig config, long seed, NDManager manager) {
        Random random = new Random(seed);
        NDList weights = new NDList();
        shapes(config).forEach((name, shape) -> {
            float[] values = new float[Math.toIntExact(shape.size())];
            boolean norm = shape.dimension() == 1;
            for (int i = 0; i < values.length; i++) {
                values[i] = norm ? 1 : (float) (random.nextGaussian() * INITIAL_DEVIATION);
            }
            NDArray weight = manager.create(values, shape);
            weight.setName(name);
            weights.add(weight);
        });
        return weights;
    }

    /** @param type F32, F16 or BF16 */
    static void save(Path file, NDList weights, DType type) throws IOException {
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        for (NDArray weight : weights) {
            long[] shape = weight.getShape().getShape();
            tensors.put(weight.getName(), ModelFiles.tensorData(type, weight::toFloatArray, shape));
        }
        SafeTensors.write(file, tensors, Map.of("format", "pt"));
    }
}
