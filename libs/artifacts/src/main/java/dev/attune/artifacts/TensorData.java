package dev.attune.artifacts;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Supplier;

/** A tensor to be written: its type, its shape and its elements, row-major and little-endian. */
public final class TensorData {

    private final DType dtype;
    private final long[] shape;
    private final Supplier<ByteBuffer> source;

    /**
     * @param bytes the elements, from the buffer's position to its limit; not copied, and its position is left alone
     * @throws IllegalArgumentException if the number of bytes is not what type and shape say
     */
    public TensorData(DType dtype, long[] shape, ByteBuffer bytes) {
        this(dtype, shape, slice(dtype, shape, bytes));
    }

    private TensorData(DType dtype, long[] shape, Supplier<ByteBuffer> source) {
        this.dtype = dtype;
        this.shape = shape.clone();
        this.source = source;
    }

    private static Supplier<ByteBuffer> slice(DType dtype, long[] shape, ByteBuffer bytes) {
        ByteBuffer own = bytes.slice();
        requireFits(dtype, shape, own);
        return () -> own;
    }

    /**
     * A tensor whose elements are made when it is written, so that of a large model one tensor at a time is in the heap.
     *
     * @param bytes asked at each {@link #bytes()}; as many as type and shape say
     */
    public static TensorData made(DType dtype, long[] shape, Supplier<ByteBuffer> bytes) {
        return new TensorData(dtype, shape, bytes);
    }

    /** An F32 tensor of these elements, row-major. */
    public static TensorData floats(float[] elements, long... shape) {
        return new TensorData(DType.F32, shape, littleEndian(elements));
    }

    /** An F32 tensor whose elements are made when it is written. */
    public static TensorData madeFloats(Supplier<float[]> elements, long... shape) {
        return made(DType.F32, shape, () -> littleEndian(elements.get()));
    }

    private static ByteBuffer littleEndian(float[] elements) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(elements.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(elements);
        return bytes;
    }

    private static void requireFits(DType dtype, long[] shape, ByteBuffer bytes) {
        long expected = Math.multiplyExact(TensorInfo.elements(shape), dtype.bytes());
        if (bytes.remaining() != expected) {
            throw new IllegalArgumentException("a tensor of " + dtype + Arrays.toString(shape) + " has " + expected
                    + " bytes, not " + bytes.remaining());
        }
    }

    public DType dtype() {
        return dtype;
    }

    public long[] shape() {
        return shape.clone();
    }

    /** The elements, read-only, at position 0. */
    public ByteBuffer bytes() {
        ByteBuffer bytes = source.get();
        requireFits(dtype, shape, bytes);
        return bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
}
