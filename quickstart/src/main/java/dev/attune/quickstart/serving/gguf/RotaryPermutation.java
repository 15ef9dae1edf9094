package dev.attune.quickstart.serving.gguf;

/**
 * The order of a head's rows. Hugging Face keeps the two halves that rotary embedding turns into each other apart (0, 1, 2, … and
 * n/2, n/2+1, …); llama.cpp wants partners side by side (0, n/2, 1, n/2+1, …). It concerns the rows of the query and key matrices, and
 * of a LoRA's B for them, whose rows are the same.
 */
final class RotaryPermutation {
    private RotaryPermutation() {}

    /**
     * Reorders the rows of a matrix.
     *
     * @param rows [heads · headSize, width], row-major
     * @param heads heads of this matrix: query heads, or key and value heads
     * @param width length of a row
     * @return the same rows in llama.cpp's order
     */
    static float[] apply(float[] rows, int heads, int width) {
        int headSize = rows.length / width / heads;
        int half = headSize / 2;
        float[] permuted = new float[rows.length];
        for (int head = 0; head < heads; head++) {
            for (int row = 0; row < headSize; row++) {
                int to = row < half ? 2 * row : 2 * (row - half) + 1;
                int firstRow = head * headSize;
                System.arraycopy(rows, (firstRow + row) * width, permuted, (firstRow + to) * width, width);
            }
        }
        return permuted;
    }
}
