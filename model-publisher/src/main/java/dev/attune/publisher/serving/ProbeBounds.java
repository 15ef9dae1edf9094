package dev.attune.publisher.serving;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;

/**
 * How near serving has to come to the trainer, in nats. The defaults hold where both compute in F32; with half-precision
 * weights or cache 0.05 a token and 0.1 a sequence are what rounding leaves.
 */
public record ProbeBounds(
        @Setting(value = "Largest difference to the trainer's log-probability of a token.", byDefault = "0.0002")
        double perToken,

        @Setting(value = "Largest difference to the trainer's log-probability of a whole probe.", byDefault = "0.001")
        double perSequence,

        @Setting(
                value =
                        "Smallest difference to base and previous version, on the token where it is largest: less is noise.",
                byDefault = "0.0005")
        double minDifference) {

    public ProbeBounds {
        Checks.positive("perToken", perToken);
        Checks.positive("perSequence", perSequence);
        Checks.that(
                minDifference > perToken,
                "minDifference",
                "must be above perToken, " + perToken + ", or rounding alone could pass; it is " + minDifference);
    }
}
