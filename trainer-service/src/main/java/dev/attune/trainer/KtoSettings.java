package dev.attune.trainer;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import dev.attune.trainer.loss.KtoLoss;

/**
 * What single answers weigh in KTO. 1 each by default: what share of answers is liked is the product's, not ours to know.
 * Where one side is rare, raise its weight, until weight times number of the two sides are between 1:1 and 4:3 of each other
 * (the KTO paper's advice, as TRL gives it).
 */
public record KtoSettings(
        @Setting(value = "Weight of answers that people like.", byDefault = "1.0")
        double desirableWeight,

        @Setting(value = "Weight of answers that they do not.", byDefault = "1.0")
        double undesirableWeight) {
    static final KtoSettings DEFAULTS = new KtoSettings(1, 1);

    private static final double MAX_WEIGHT = 1000;

    public KtoSettings {
        Checks.positive("desirableWeight", desirableWeight);
        Checks.between("desirableWeight", desirableWeight, 0.0, MAX_WEIGHT);
        Checks.positive("undesirableWeight", undesirableWeight);
        Checks.between("undesirableWeight", undesirableWeight, 0.0, MAX_WEIGHT);
    }

    KtoLoss loss(double beta) {
        return new KtoLoss(beta, desirableWeight, undesirableWeight);
    }
}
