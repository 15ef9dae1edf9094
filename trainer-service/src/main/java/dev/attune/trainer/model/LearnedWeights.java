package dev.attune.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.attune.artifacts.ArtifactKind;
import java.io.IOException;
import java.nio.file.Path;

/** What learns of a policy, or holds it as its reference: an adapter on the model's own weights, or weights in their place. */
public sealed interface LearnedWeights extends AutoCloseable permits LoraAdapter, FullWeights {

    /** What {@link #save} writes. */
    ArtifactKind kind();

    /** Named leaf arrays; they require gradients unless they are frozen. */
    NDList parameters();

    /** Writes them into a directory, which is created; the same weights give the same bytes. */
    void save(Path directory) throws IOException;

    /**
     * Others of the same shape, without gradients, that {@link #save} wrote.
     *
     * @throws ModelException naming file and tensor, where they are of another shape
     */
    LearnedWeights load(Path directory);

    /** A copy that has no gradients. */
    LearnedWeights frozen();

    /** A copy without gradients of what these began as: with it the model computes what it does alone. */
    LearnedWeights withoutEffect();

    /**
     * Moves every parameter p to {@code weight * other + (1 - weight) * p}.
     *
     * @param other has the same parameters
     * @param weight 1: this is the other one's equal, to the bit
     */
    default void moveTowards(LearnedWeights other, double weight) {
        NDList parameters = parameters();
        NDList targets = other.parameters();
        if (parameters.size() != targets.size()) {
            throw new IllegalArgumentException("weights of different modules");
        }
        try (GradientMode _ = GradientMode.off()) {
            for (int i = 0; i < parameters.size(); i++) {
                NDArray parameter = parameters.get(i);
                NDArray target = targets.get(i);
                if (!parameter.getName().equals(target.getName())
                        || !parameter.getShape().equals(target.getShape())) {
                    throw new IllegalArgumentException(parameter.getName() + " is " + parameter.getShape()
                            + ", the other one has " + target.getName() + " " + target.getShape());
                }
                float[] values = parameter.toFloatArray();
                float[] to = target.toFloatArray();
                for (int j = 0; j < values.length; j++) {
                    values[j] = (float) (weight * to[j] + (1 - weight) * values[j]);
                }
                parameter.set(values);
            }
        }
    }

    @Override
    void close();
}
