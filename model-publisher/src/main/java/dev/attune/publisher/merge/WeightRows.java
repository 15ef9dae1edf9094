package dev.attune.publisher.merge;

import dev.attune.artifacts.DType;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/** Rows of a weight matrix, between the type that they are stored in and fp32. */
final class WeightRows {

    private WeightRows() {}

    static boolean reads(DType dtype) {
        return dtype == DType.F32 || dtype == DType.F16 || dtype == DType.BF16;
    }

    /** @param elements filled from the buffer's position on, as many as {@code count} */
    static void read(DType dtype, ByteBuffer bytes, float[] elements, int count) {
        if (dtype == DType.F32) {
            bytes.asFloatBuffer().get(elements, 0, count);
            return;
        }
        ShortBuffer halves = bytes.asShortBuffer();
        for (int i = 0; i < count; i++) {
            elements[i] = dtype == DType.F16 ? Float.float16ToFloat(halves.get(i)) : Halves.fromBfloat16(halves.get(i));
        }
    }

    /**
     * Writes from the buffer's position on.
     *
     * @return index of the first element that is not finite, before or because of its type; -1 where all are
     */
    static int write(DType dtype, float[] elements, int count, ByteBuffer bytes) {
        int notFinite = -1;
        FloatBuffer floats = bytes.asFloatBuffer();
        ShortBuffer halves = bytes.asShortBuffer();
        for (int i = count - 1; i >= 0; i--) {
            float stored = elements[i];
            if (dtype == DType.F32) {
                floats.put(i, stored);
            } else if (dtype == DType.F16) {
                short half = Float.floatToFloat16(stored);
                halves.put(i, half);
                stored = Float.float16ToFloat(half);
            } else {
                short half = Halves.bfloat16(stored);
                halves.put(i, half);
                stored = Halves.fromBfloat16(half);
            }
            if (!Float.isFinite(stored)) {
                notFinite = i;
            }
        }
        return notFinite;
    }
}
