package dev.attune.trainer.model;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.DType;
import dev.attune.artifacts.SafeTensors;
import dev.attune.artifacts.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;

/** Reads and writes the files of a model directory, with errors that name the file. */
public final class ModelFiles {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelFiles() {}

    static JsonNode readJsonObject(Path file) {
        JsonNode node;
        try {
            node = JSON.readTree(readText(file));
        } catch (JsonProcessingException e) {
            throw new ModelException(
                    file + ": line " + e.getLocation().getLineNr() + ": is not JSON: " + e.getOriginalMessage(), e);
        }
        if (!node.isObject()) {
            throw new ModelException(file + ": must be a JSON object");
        }
        return node;
    }

    static String readText(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ModelException(describe(file, e), e);
        }
    }

    static SafeTensors openSafeTensors(Path file) throws IOException {
        Path index = file.resolveSibling(file.getFileName() + ".index.json");
        if (!Files.exists(file) && Files.exists(index)) {
            throw new ModelException(index + ": weights in several files are not supported: save them as one");
        }
        return SafeTensors.open(file);
    }

    /**
     * The elements of a float tensor, row-major.
     *
     * @throws ModelException naming file and tensor, where it is missing, of another shape, or not finite
     */
    public static float[] readFloats(SafeTensors tensors, String name, Shape expected) throws IOException {
        if (!tensors.tensors().containsKey(name)) {
            throw new ModelException(tensors.path() + ": " + name + ": is missing");
        }
        long[] shape = tensors.info(name).shape();
        if (!Arrays.equals(shape, expected.getShape())) {
            throw new ModelException(tensors.path() + ": " + name + ": has shape " + Arrays.toString(shape)
                    + ", but the config says " + Arrays.toString(expected.getShape()));
        }
        float[] values = tensors.floats(name);
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new ModelException(tensors.path() + ": " + name + ": element " + i + " is " + values[i]);
            }
        }
        return values;
    }

    /**
     * A tensor whose elements are asked for when it is written.
     *
     * @param type F32, or F16 or BF16, to the nearest, ties to even
     */
    static TensorData tensorData(DType type, Supplier<float[]> values, long... shape) {
        return switch (type) {
            case F32 -> TensorData.madeFloats(values, shape);
            case F16, BF16 -> TensorData.made(type, shape, () -> halves(type, values.get()));
            case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, I32, U32, F64, I64, U64 ->
                throw new IllegalArgumentException("weights are saved as F32, F16 or BF16, not " + type);
        };
    }

    private static ByteBuffer halves(DType type, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Short.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putShort(type == DType.F16 ? Float.floatToFloat16(value) : bfloat16(value));
        }
        return bytes.flip();
    }

    /** A finite float's upper half, rounded. */
    private static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        int even = (bits >>> 16) & 1;
        return (short) ((bits + 0x7fff + even) >>> 16);
    }

    /** What went wrong with a file, for a person. */
    public static String describe(Path file, IOException error) {
        return switch (error) {
            case NoSuchFileException _ -> file + ": is missing";
            case CharacterCodingException _ -> file + ": is not UTF-8";
            case BrokenArtifactException broken -> String.valueOf(broken.getMessage());
            default -> file + ": cannot be read: " + error.getMessage();
        };
    }
}
