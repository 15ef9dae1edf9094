package dev.attune.publisher.merge;

import dev.attune.artifacts.DType;
import dev.attune.artifacts.PeftConfig;
import dev.attune.artifacts.SafeTensors;
import dev.attune.artifacts.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A base of two layers with random weights, in one file or in two, and adapters on it. */
final class TinyBase {

    static final int HIDDEN = 6;
    static final int FFN = 10;
    static final List<String> MATRICES = List.of("self_attn.q_proj", "mlp.up_proj", "mlp.down_proj");

    private final Random random = new Random(1);
    private final DType dtype;
    private final Path directory;

    TinyBase(Path directory, DType dtype) throws IOException {
        this.dtype = dtype;
        this.directory = Files.createDirectories(directory);
        Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"llama\"}");
        Files.writeString(directory.resolve("tokenizer.json"), "{}");
        Files.writeString(directory.resolve("LICENSE"), "terms");
        Files.writeString(directory.resolve("pytorch_model.bin"), "pickle");
    }

    Path directory() {
        return directory;
    }

    /** All weights in one file. */
    TinyBase single() throws IOException {
        Map<String, TensorData> all = new LinkedHashMap<>(outside());
        all.putAll(layer(0));
        all.putAll(layer(1));
        SafeTensors.write(directory.resolve("model.safetensors"), all, Map.of("format", "pt"));
        return this;
    }

    /** Each layer in a file. */
    TinyBase sharded() throws IOException {
        Map<String, TensorData> first = new LinkedHashMap<>(outside());
        first.putAll(layer(0));
        Map<String, TensorData> second = layer(1);
        StringBuilder index = new StringBuilder();
        write("model-00001-of-00002.safetensors", first, index);
        write("model-00002-of-00002.safetensors", second, index);
        Files.writeString(
                directory.resolve("model.safetensors.index.json"),
                "{\"metadata\": {\"total_size\": 1}, \"weight_map\": {" + index.substring(1) + "}}");
        return this;
    }

    private void write(String shard, Map<String, TensorData> tensors, StringBuilder index) throws IOException {
        SafeTensors.write(directory.resolve(shard), tensors, Map.of("format", "pt"));
        tensors.keySet().forEach(name -> index.append(",\"%s\": \"%s\"".formatted(name, shard)));
    }

    private Map<String, TensorData> outside() {
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        tensors.put("model.embed_tokens.weight", tensor(16, HIDDEN));
        tensors.put("model.norm.weight", tensor(HIDDEN));
        return tensors;
    }

    private Map<String, TensorData> layer(int number) {
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        for (String matrix : MATRICES) {
            tensors.put(name(number, matrix), tensor(out(matrix), in(matrix)));
        }
        tensors.put("model.layers." + number + ".input_layernorm.weight", tensor(HIDDEN));
        return tensors;
    }

    static String name(int layer, String matrix) {
        return "model.layers." + layer + "." + matrix + ".weight";
    }

    static int in(String matrix) {
        return matrix.endsWith("down_proj") ? FFN : HIDDEN;
    }

    static int out(String matrix) {
        return matrix.endsWith("up_proj") ? FFN : HIDDEN;
    }

    private TensorData tensor(int... shape) {
        int elements = 1;
        long[] sizes = new long[shape.length];
        for (int i = 0; i < shape.length; i++) {
            elements *= shape[i];
            sizes[i] = shape[i];
        }
        return tensor(dtype, gaussian(elements, 0.5), sizes);
    }

    static TensorData tensor(DType dtype, float[] elements, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(elements.length * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (float element : elements) {
            switch (dtype) {
                case F32 -> bytes.putFloat(element);
                case F16 -> bytes.putShort(Float.floatToFloat16(element));
                // Cut off: what is stored is the base, whatever it was before
                case BF16 -> bytes.putShort((short) (Float.floatToRawIntBits(element) >>> 16));
                default -> throw new IllegalArgumentException(dtype.name());
            }
        }
        return new TensorData(dtype, shape, bytes.flip());
    }

    private float[] gaussian(int elements, double deviation) {
        float[] values = new float[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return values;
    }

    /** An adapter on all matrices of both layers. */
    Path adapter(Path target, int rank, int alpha, boolean rslora) throws IOException {
        Map<String, TensorData> factors = new TreeMap<>();
        for (int layer = 0; layer < 2; layer++) {
            for (String matrix : MATRICES) {
                String module = "base_model.model.model.layers." + layer + "." + matrix;
                factors.put(
                        module + ".lora_A.weight",
                        TensorData.floats(gaussian(rank * in(matrix), 0.3), rank, in(matrix)));
                factors.put(
                        module + ".lora_B.weight",
                        TensorData.floats(gaussian(out(matrix) * rank, 0.3), out(matrix), rank));
            }
        }
        return write(target, rank, alpha, rslora, factors);
    }

    static Path write(Path target, int rank, int alpha, boolean rslora, Map<String, TensorData> factors)
            throws IOException {
        Files.createDirectories(target);
        PeftConfig.lora("base", rank, alpha, rslora, List.of("q_proj", "up_proj", "down_proj"))
                .write(target.resolve(PeftConfig.FILE_NAME));
        SafeTensors.write(target.resolve(PeftConfig.WEIGHTS_FILE_NAME), factors, Map.of("format", "pt"));
        return target;
    }
}
