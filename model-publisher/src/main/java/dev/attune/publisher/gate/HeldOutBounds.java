package dev.attune.publisher.gate;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import org.jspecify.annotations.Nullable;

/**
 * Bounds on what the trainer measured on the examples that it holds out, before anything is stored. A bound that is not set
 * is not asked; where one is set, a candidate without the figure is refused.
 */
public record HeldOutBounds(
        @Setting(value = "Largest drop of the held-out accuracy below the live version's, 0 to 1.", optional = true)
        @Nullable
        Double maxAccuracyDrop,

        @Setting(
                value =
                        "Largest drop of the held-out chosen answers' mean log-probability below the live version's, in nats an"
                                + " answer.",
                optional = true)
        @Nullable
        Double maxChosenDrop,

        @Setting(
                value =
                        "Largest KL divergence from the trainer's frozen anchor on the held-out examples, in nats an answer.",
                optional = true)
        @Nullable
        Double maxKl) {

    public HeldOutBounds {
        if (maxAccuracyDrop != null) {
            Checks.between("maxAccuracyDrop", maxAccuracyDrop, 0.0, 1.0);
        }
        if (maxChosenDrop != null) {
            Checks.between("maxChosenDrop", maxChosenDrop, 0.0, 1e30);
        }
        if (maxKl != null) {
            Checks.positive("maxKl", maxKl);
        }
    }
}
