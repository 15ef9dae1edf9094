package dev.attune.publisher.merge;

/** 16-bit formats: to the nearest, ties to even, as processors and PyTorch round. */
final class Halves {

    private static final int ROUNDING = 0x7FFF;

    private Halves() {}

    /** A finite float as bfloat16: its upper half, rounded. */
    static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        int even = (bits >>> 16) & 1;
        return (short) ((bits + ROUNDING + even) >>> 16);
    }

    static float fromBfloat16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }
}
