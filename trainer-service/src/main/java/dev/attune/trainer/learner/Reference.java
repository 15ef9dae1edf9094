package dev.attune.trainer.learner;

import dev.attune.trainer.model.LearnedWeights;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the policy is held to: the model with another adapter or other weights, or alone. It begins as the anchor and may follow the policy;
 * the anchor never moves, and is what the policy's distance is measured from.
 */
final class Reference implements AutoCloseable {
    private final @Nullable LearnedWeights anchor;
    private @Nullable LearnedWeights moved;

    /** @param anchor stays the caller's to close; null: the model alone */
    Reference(@Nullable LearnedWeights anchor) {
        this.anchor = anchor;
    }

    /** The reference as it is now; null: the model alone. */
    @Nullable
    LearnedWeights weights() {
        return moved == null ? anchor : moved;
    }

    /** Where the reference began; null: the model alone. */
    @Nullable
    LearnedWeights anchor() {
        return anchor;
    }

    /** False: the reference is the anchor. */
    boolean hasMoved() {
        return moved != null;
    }

    /**
     * Moves every parameter to {@code weight * policy + (1 - weight) * reference}, for the policy as it is or as it was in a version. The model alone has no
     * parameters of its own: for an adapter it is the policy's A with a B of zero, which is the same model.
     */
    void refresh(LearnedWeights policy, double weight) {
        LearnedWeights following = moved;
        if (following == null) {
            following = anchor == null ? policy.withoutEffect() : anchor.frozen();
            moved = following;
        }
        following.moveTowards(policy, weight);
    }

    /** Writes it; only where it has moved. */
    void save(Path directory) throws IOException {
        if (moved != null) {
            moved.save(directory);
        }
    }

    /** Goes on with weights of the policy's kind that {@link #save} wrote. */
    void load(LearnedWeights policy, Path directory) {
        LearnedWeights before = moved;
        moved = policy.load(directory);
        if (before != null) {
            before.close();
        }
    }

    @Override
    public void close() {
        if (moved != null) {
            moved.close();
        }
    }
}
