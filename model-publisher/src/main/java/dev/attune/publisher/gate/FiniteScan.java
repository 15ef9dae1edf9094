package dev.attune.publisher.gate;

import dev.attune.artifacts.DType;
import dev.attune.artifacts.SafeTensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/** Looks for NaN and infinity in the numbers of a tensor, without copying them: nobody further down checks. */
final class FiniteScan {

    private FiniteScan() {}

    /** Whether the scan knows how to read the type. */
    static boolean reads(DType dtype) {
        return dtype == DType.F32 || dtype == DType.F16 || dtype == DType.BF16;
    }

    /**
     * Index of the first element that is not finite.
     *
     * @throws IllegalArgumentException if {@link #reads} is false for the tensor's type
     */
    static OptionalLong firstNotFinite(SafeTensors file, String tensor) throws IOException {
        ByteBuffer bytes = file.map(tensor);
        DType dtype = file.info(tensor).dtype();
        if (!reads(dtype)) {
            throw new IllegalArgumentException(tensor + " is " + dtype);
        }
        for (long index = 0; bytes.hasRemaining(); index++) {
            if (!isNextFinite(bytes, dtype)) {
                return OptionalLong.of(index);
            }
        }
        return OptionalLong.empty();
    }

    /** In every IEEE format an exponent of only ones means NaN or infinity. */
    private static boolean isNextFinite(ByteBuffer bytes, DType dtype) {
        if (dtype == DType.F32) {
            return (bytes.getInt() & 0x7F80_0000) != 0x7F80_0000;
        }
        int exponent = dtype == DType.F16 ? 0x7C00 : 0x7F80;
        return (bytes.getShort() & exponent) != exponent;
    }
}
