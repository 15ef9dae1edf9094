package dev.attune.publisher.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.artifacts.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WeightRowsTest {

    /** In the middle between two numbers of the type the one whose last bit is 0 is stored; beside it the nearer one. */
    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void whatIsBetweenTwoNumbersGoesToTheNearestAndTiesToTheEven(DType dtype) {
        int largest = dtype == DType.F16 ? 0x7BFF : 0x7F7F;
        for (int bits = 0; bits < largest; bits++) {
            float below = value(dtype, bits);
            float above = value(dtype, bits + 1);
            // Exact: both have few digits
            float middle = (float) (((double) below + above) / 2);
            int even = (bits & 1) == 0 ? bits : bits + 1;

            assertThat(stored(dtype, middle)).as("%s %x", dtype, bits).isEqualTo(even);
            assertThat(stored(dtype, Math.nextDown(middle))).isEqualTo(bits);
            assertThat(stored(dtype, Math.nextUp(middle))).isEqualTo(bits + 1);
            assertThat(stored(dtype, below)).isEqualTo(bits);
            assertThat(stored(dtype, -middle)).isEqualTo(even | 0x8000);
        }
    }

    @Test
    void whatTheTypeCannotHoldIsSaid() {
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);

        assertThat(WeightRows.write(DType.F16, new float[] {65_504, 65_520, 7}, 3, bytes))
                .isEqualTo(1);
        assertThat(WeightRows.write(DType.BF16, new float[] {1, Float.MAX_VALUE}, 2, bytes))
                .isEqualTo(1);
        assertThat(WeightRows.write(DType.F32, new float[] {Float.NaN, Float.NaN}, 2, bytes))
                .isZero();
        assertThat(WeightRows.write(DType.F32, new float[] {Float.MAX_VALUE}, 1, bytes))
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void whatWasReadIsWrittenAsItWas(DType dtype) {
        byte[] original = new byte[64];
        new Random(3).nextBytes(original);
        // Exponents that are all ones are no numbers
        for (int i = 1; i < original.length; i += 2) {
            original[i] &= (byte) 0xBF;
        }
        float[] elements = new float[64 / dtype.bytes()];

        WeightRows.read(dtype, ByteBuffer.wrap(original).order(ByteOrder.LITTLE_ENDIAN), elements, elements.length);
        ByteBuffer written = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);

        assertThat(WeightRows.write(dtype, elements, elements.length, written)).isEqualTo(-1);
        assertThat(written.array()).isEqualTo(original);
    }

    private static float value(DType dtype, int bits) {
        return dtype == DType.F16 ? Float.float16ToFloat((short) bits) : Float.intBitsToFloat(bits << 16);
    }

    private static int stored(DType dtype, float value) {
        ByteBuffer bytes = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(WeightRows.write(dtype, new float[] {value}, 1, bytes)).isEqualTo(-1);
        return Short.toUnsignedInt(bytes.getShort());
    }
}
