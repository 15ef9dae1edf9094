package dev.attune.artifacts;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A tensor to be written: its type, its shape and its elements, row-major and little-endian. */
public final class TensorData {

    private final DType dtype;
    private final long[] shape;
    private final ByteBuffer bytes;

    /**
     * @param bytes the elements, from the buffer's position to its limit; not copied, and its position is left alone
     * @throws IllegalArgumentException if the number of bytes is not what type and shape say
     */
    public TensorData(DType dtype, long[] shape, ByteBuffer bytes) {
        this.dtype = dtype;
        this.shape = shape.clone();
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        long expected = Math.multiplyExact(TensorInfo.elements(shape), dtype.bytes());
        if (this.bytes.remaining() != expected) {
            throw new IllegalArgumentException("a tensor of " + dtype + java.util.Arrays.toString(shape) + " has "
                    + expected + " bytes, not " + this.bytes.remaining());
        }
    }

    /** An F32 tensor of these elements, row-major. */
    public static TensorData floats(float[] elements, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(elements.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(elements);
        return new TensorData(DType.F32, shape, bytes);
    }

    public DType dtype() {
        return dtype;
    }

    public long[] shape() {
        return shape.clone();
    }

    /** The elements, read-only, at position 0. */
    public ByteBuffer bytes() {
        return bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
}
