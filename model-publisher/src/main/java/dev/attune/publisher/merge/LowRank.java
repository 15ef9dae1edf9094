package dev.attune.publisher.merge;

import java.util.Arrays;

/**
 * An adapter's change of one matrix: scale · B · A, in fp32.
 *
 * @param a [rank, in], row-major
 * @param b [out, rank], row-major
 * @param scale alpha / rank, or alpha / √rank where the adapter is rank-stabilised
 */
@SuppressWarnings("ArrayRecordComponent") // read by one merge, compared by nobody
record LowRank(float[] a, float[] b, int rank, int in, float scale) {

    /** So many rows of A go into a sum at once: what is summed is then read and written a quarter as often. */
    private static final int UNROLLED = 4;

    /**
     * Adds the change to some rows of the matrix. The change is summed up by itself and then added: added term by term, each
     * would be rounded at the size of the weight.
     *
     * @param weights [rows, in] in fp32
     * @param firstRow of them, in the matrix
     * @param change room for one row, [in]
     */
    void addTo(float[] weights, int firstRow, int rows, float[] change) {
        for (int row = 0; row < rows; row++) {
            sum((firstRow + row) * rank, change);
            int offset = row * in;
            for (int column = 0; column < in; column++) {
                weights[offset + column] += scale * change[column];
            }
        }
    }

    /** One row of B · A, [in]. */
    private void sum(int rowOfB, float[] change) {
        Arrays.fill(change, 0, in, 0f);
        int k = 0;
        for (; k + UNROLLED <= rank; k += UNROLLED) {
            float b0 = b[rowOfB + k];
            float b1 = b[rowOfB + k + 1];
            float b2 = b[rowOfB + k + 2];
            float b3 = b[rowOfB + k + 3];
            int a0 = k * in;
            int a1 = a0 + in;
            int a2 = a1 + in;
            int a3 = a2 + in;
            for (int column = 0; column < in; column++) {
                change[column] += b0 * a[a0 + column] + b1 * a[a1 + column] + b2 * a[a2 + column] + b3 * a[a3 + column];
            }
        }
        for (; k < rank; k++) {
            float factor = b[rowOfB + k];
            int row = k * in;
            for (int column = 0; column < in; column++) {
                change[column] += factor * a[row + column];
            }
        }
    }
}
