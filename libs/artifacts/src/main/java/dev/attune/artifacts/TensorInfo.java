package dev.attune.artifacts;

import java.util.Arrays;
import java.util.Objects;

/**
 * What the header of a safetensors file says about one tensor.
 *
 * @param dtype element type
 * @param shape sizes of the dimensions; empty for a scalar
 * @param begin first byte, counted from the end of the header
 * @param end byte after the last one, counted from the end of the header
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, compared by content
public record TensorInfo(DType dtype, long[] shape, long begin, long end) {

    public TensorInfo {
        shape = shape.clone();
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    /** Number of elements. */
    public long elements() {
        return elements(shape);
    }

    /** Number of bytes. */
    public long bytes() {
        return end - begin;
    }

    /** @throws ArithmeticException if the product of the sizes does not fit in 63 bits */
    static long elements(long[] shape) {
        long elements = 1;
        for (long size : shape) {
            elements = Math.multiplyExact(elements, size);
        }
        return elements;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorInfo that
                && dtype == that.dtype
                && begin == that.begin
                && end == that.end
                && Arrays.equals(shape, that.shape);
    }

    @Override
    public int hashCode() {
        return Objects.hash(dtype, Arrays.hashCode(shape), begin, end);
    }

    @Override
    public String toString() {
        return dtype + Arrays.toString(shape) + " at " + begin + ".." + end;
    }
}
