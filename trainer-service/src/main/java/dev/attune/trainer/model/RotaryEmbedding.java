package dev.attune.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** The rotary position embedding's table: cosines and sines of every position's angles, each [positions, headSize]. */
record RotaryEmbedding(NDArray cosines, NDArray sines) {

    /** Computed in float32 steps, as transformers does, so that far positions round alike. */
    static RotaryEmbedding of(LlamaConfig config, int positions, NDManager manager) {
        int half = config.headSize() / 2;
        float[] inverseFrequencies = new float[half];
        for (int i = 0; i < half; i++) {
            double inverseFrequency = 1 / Math.pow(config.ropeTheta(), 2.0 * i / config.headSize());
            Llama3RopeScaling scaling = config.ropeScaling();
            inverseFrequencies[i] = (float) (scaling == null ? inverseFrequency : scaling.scale(inverseFrequency));
        }
        float[] cosines = new float[positions * config.headSize()];
        float[] sines = new float[positions * config.headSize()];
        for (int position = 0; position < positions; position++) {
            for (int i = 0; i < half; i++) {
                float angle = position * inverseFrequencies[i];
                int at = position * config.headSize() + i;
                // The two halves of a head are rotated together: see rotate in LlamaProgram.
                cosines[at] = cosines[at + half] = (float) Math.cos(angle);
                sines[at] = sines[at + half] = (float) Math.sin(angle);
            }
        }
        Shape shape = new Shape(positions, config.headSize());
        return new RotaryEmbedding(manager.create(cosines, shape), manager.create(sines, shape));
    }
}
