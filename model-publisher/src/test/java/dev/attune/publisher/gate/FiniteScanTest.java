package dev.attune.publisher.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.artifacts.DType;
import dev.attune.artifacts.SafeTensors;
import dev.attune.artifacts.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FiniteScanTest {

    /** One chunk and a little: 2^20 bytes are 2^18 floats. */
    private static final int ELEMENTS = (1 << 18) + 5;

    @TempDir
    Path folder;

    /** All there are: what is not finite is found, and nothing else. */
    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void everyHalfIsJudgedByItself(DType dtype) throws IOException {
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        for (int bits = 0; bits < 1 << 16; bits++) {
            ByteBuffer one =
                    ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort((short) bits);
            tensors.put(Integer.toString(bits), new TensorData(dtype, new long[] {1}, one.flip()));
        }
        Path file = folder.resolve("halves.safetensors");
        SafeTensors.write(file, tensors, Map.of());

        FiniteScan scan = new FiniteScan();
        try (SafeTensors halves = SafeTensors.open(file)) {
            for (int bits = 0; bits < 1 << 16; bits++) {
                float value =
                        dtype == DType.F16 ? Float.float16ToFloat((short) bits) : Float.intBitsToFloat(bits << 16);
                assertThat(scan.firstNotFinite(halves, Integer.toString(bits)).isEmpty())
                        .as("%s %x", dtype, bits)
                        .isEqualTo(Float.isFinite(value));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, (1 << 18) - 1, 1 << 18, (1 << 18) + 1, ELEMENTS - 1})
    void theFirstIsFoundWhereverItLies(int element) throws IOException {
        float[] elements = new float[ELEMENTS];
        Arrays.fill(elements, -Float.MAX_VALUE);
        elements[element] = Float.NaN;
        elements[ELEMENTS - 1] = Float.POSITIVE_INFINITY;

        assertThat(scan(TensorData.floats(elements, ELEMENTS))).hasValue(element);
    }

    @Test
    void theLargestNumbersAndNoneAtAllAreFinite() throws IOException {
        float[] elements = {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -0f, 1, 2, 3};

        assertThat(scan(TensorData.floats(elements, elements.length))).isEmpty();
        assertThat(scan(TensorData.floats(new float[0], 0, 8))).isEmpty();
    }

    /** What one scan left in its buffer is not what the next one reads. */
    @Test
    void aShorterTensorAfterALongerOneIsReadAlone() throws IOException {
        Path file = folder.resolve("two.safetensors");
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        tensors.put("long", TensorData.floats(new float[] {1, 2, 3, Float.NaN}, 4));
        tensors.put("short", TensorData.floats(new float[] {1, 2, 3}, 3));
        SafeTensors.write(file, tensors, Map.of());

        FiniteScan scan = new FiniteScan();
        try (SafeTensors both = SafeTensors.open(file)) {
            assertThat(scan.firstNotFinite(both, "long")).hasValue(3);
            assertThat(scan.firstNotFinite(both, "short")).isEmpty();
        }
    }

    private OptionalLong scan(TensorData tensor) throws IOException {
        Path file = folder.resolve("x.safetensors");
        SafeTensors.write(file, Map.of("x", tensor), Map.of());
        try (SafeTensors tensors = SafeTensors.open(file)) {
            return new FiniteScan().firstNotFinite(tensors, "x");
        }
    }
}
