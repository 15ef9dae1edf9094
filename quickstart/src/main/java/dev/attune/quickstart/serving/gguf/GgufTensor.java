package dev.attune.quickstart.serving.gguf;

import java.io.IOException;
import java.util.Arrays;

/**
 * An F32 tensor to be written.
 *
 * @param name llama.cpp's name
 * @param shape row-major, outermost first (GGUF itself names the innermost first)
 * @param elements read when the tensor's turn comes, so that a model need not fit in memory
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record GgufTensor(String name, long[] shape, Elements elements) {

    /** Where the numbers come from. */
    @FunctionalInterface
    interface Elements {
        float[] read() throws IOException;
    }

    long count() {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    long bytes() {
        return Math.multiplyExact(count(), (long) Float.BYTES);
    }
}
