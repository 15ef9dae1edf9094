package dev.attune.trainer.loss;

import dev.attune.kit.Checks;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Losses as settings name them.
 *
 * @param types each once
 * @param weights one for each type, above 0; empty: 1 each
 * @param labelSmoothing share of labels that are wrong, for the types that take it
 * @param sftWeight weight of {@link LossType#SFT} beside the types; 0: none
 */
public record LossMix(List<LossType> types, List<Double> weights, double labelSmoothing, double sftWeight) {
    private static final double MAX_WEIGHT = 1000;

    public LossMix {
        types = List.copyOf(types);
        weights = List.copyOf(weights);
    }

    /**
     * Refuses what does not go together.
     *
     * @param setting what a setting is called where the user wrote it, by its name in {@code learning}
     */
    public void requireUsable(UnaryOperator<String> setting) {
        String loss = setting.apply("loss");
        Checks.notEmpty(loss, types);
        Checks.that(types.stream().distinct().count() == types.size(), loss, "names a loss twice: " + names());
        Checks.that(
                !types.contains(LossType.KTO) || (types.size() == 1 && weights.isEmpty() && sftWeight == 0),
                loss,
                "kto is of single answers, the other losses are of pairs: give kto alone, without lossWeights and"
                        + " sftWeight, or only losses of pairs");
        String lossWeights = setting.apply("lossWeights");
        Checks.that(
                weights.isEmpty() || weights.size() == types.size(),
                lossWeights,
                "must have one weight for each of " + names() + ", but has " + weights.size());
        weights.forEach(weight -> {
            Checks.positive(lossWeights, weight);
            Checks.between(lossWeights, weight, 0.0, MAX_WEIGHT);
        });
        String smoothing = setting.apply("labelSmoothing");
        Checks.that(
                labelSmoothing >= 0 && labelSmoothing < 0.5,
                smoothing,
                "must be at least 0 and below 0.5, but is " + labelSmoothing);
        Checks.that(
                labelSmoothing == 0 || types.stream().anyMatch(LossType::takesLabelSmoothing),
                smoothing,
                "means nothing to the " + names() + " loss: set it to 0");
        String sft = setting.apply("sftWeight");
        Checks.between(sft, sftWeight, 0.0, MAX_WEIGHT);
        Checks.that(
                sftWeight == 0 || !types.contains(LossType.SFT),
                sft,
                "is the weight of the sft loss, which " + loss + " names too: give one of them");
    }

    private String names() {
        return types.stream().map(LossType::toString).collect(Collectors.joining(", "));
    }

    /** The sum that they stand for. */
    public PairObjective objective(double beta) {
        List<PairObjective.Weighted> terms = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            LossType type = types.get(i);
            double weight = weights.isEmpty() ? 1 : weights.get(i);
            terms.add(PairObjective.Weighted.of(type, type.term(beta, labelSmoothing), weight));
        }
        if (sftWeight > 0) {
            terms.add(PairObjective.Weighted.of(LossType.SFT, LossType.SFT.term(beta, labelSmoothing), sftWeight));
        }
        return new PairObjective(beta, terms);
    }
}
