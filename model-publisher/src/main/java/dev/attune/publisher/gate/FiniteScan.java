package dev.attune.publisher.gate;

import dev.attune.artifacts.DType;
import dev.attune.artifacts.SafeTensors;
import dev.attune.artifacts.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;

/**
 * Looks for NaN and infinity in the numbers of a tensor: nobody further down checks. Eight bytes at a time, through one
 * buffer, whatever the tensor's size. One thread.
 */
public final class FiniteScan {

    private static final int CHUNK_BYTES = 1 << 20;

    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /** Whether the scan knows how to read the type. */
    public static boolean reads(DType dtype) {
        return dtype == DType.F32 || dtype == DType.F16 || dtype == DType.BF16;
    }

    /**
     * A type's exponent in each of the elements that 64 bits hold, and its lowest bit. In every IEEE format an exponent of only
     * ones means NaN or infinity, and only then does adding the lowest bit carry into the sign's place, no further.
     */
    private record Lanes(long exponents, long lowest, long signs) {
        static Lanes of(DType dtype) {
            return switch (dtype) {
                case F32 -> new Lanes(0x7F80_0000_7F80_0000L, 0x0080_0000_0080_0000L, 0x8000_0000_8000_0000L);
                case F16 -> new Lanes(0x7C00_7C00_7C00_7C00L, 0x0400_0400_0400_0400L, 0x8000_8000_8000_8000L);
                case BF16 -> new Lanes(0x7F80_7F80_7F80_7F80L, 0x0080_0080_0080_0080L, 0x8000_8000_8000_8000L);
                case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, I32, U32, F64, I64, U64 ->
                    throw new IllegalArgumentException("numbers of type " + dtype + " are not scanned");
            };
        }

        /** Sets the sign's place of each element that is not finite. */
        long marks(long elements) {
            return ((elements & exponents) + lowest) & signs;
        }
    }

    /**
     * Index of the first element that is not finite.
     *
     * @throws IllegalArgumentException if {@link #reads} is false for the tensor's type
     */
    public OptionalLong firstNotFinite(SafeTensors file, String tensor) throws IOException {
        TensorInfo info = file.info(tensor);
        Lanes lanes = Lanes.of(info.dtype());
        for (long offset = 0; offset < info.bytes(); offset += CHUNK_BYTES) {
            int bytes = (int) Math.min(CHUNK_BYTES, info.bytes() - offset);
            file.read(info, offset, chunk.clear().limit(bytes));
            int padded = pad(bytes);
            if (anyMark(lanes, padded)) {
                return OptionalLong.of((offset + firstMark(lanes, padded, info.dtype()))
                        / info.dtype().bytes());
            }
        }
        return OptionalLong.empty();
    }

    /** Zeros up to the next eight bytes: they are finite. */
    private int pad(int bytes) {
        chunk.clear();
        int padded = (bytes + Long.BYTES - 1) & -Long.BYTES;
        for (int i = bytes; i < padded; i++) {
            chunk.put(i, (byte) 0);
        }
        return padded;
    }

    private boolean anyMark(Lanes lanes, int bytes) {
        long exponents = lanes.exponents;
        long lowest = lanes.lowest;
        long marks = 0;
        for (int i = 0; i < bytes; i += Long.BYTES) {
            marks |= (chunk.getLong(i) & exponents) + lowest;
        }
        return (marks & lanes.signs) != 0;
    }

    /** Byte offset of the first element that is marked; there is one. */
    private int firstMark(Lanes lanes, int bytes, DType dtype) {
        for (int i = 0; i < bytes; i += Long.BYTES) {
            long marks = lanes.marks(chunk.getLong(i));
            if (marks != 0) {
                int lane = Long.numberOfTrailingZeros(marks) / (dtype.bytes() * Byte.SIZE);
                return i + lane * dtype.bytes();
            }
        }
        throw new IllegalStateException("no element is marked");
    }
}
