package dev.attune.trainer.learner;

import ai.djl.ndarray.NDArray;

/** What the engine computed, in double precision from there on. */
final class Doubles {
    private Doubles() {}

    static double[] of(NDArray array) {
        float[] floats = array.toFloatArray();
        double[] doubles = new double[floats.length];
        for (int i = 0; i < floats.length; i++) {
            doubles[i] = floats[i];
        }
        return doubles;
    }
}
