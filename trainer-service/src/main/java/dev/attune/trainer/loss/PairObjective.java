package dev.attune.trainer.loss;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is learned from pairs: a weighted sum of losses. Its exact gradient is what goes into the backward pass of the
 * policy's log-probabilities.
 *
 * @param beta an answer's reward is beta times its log-ratio
 * @param terms at least one
 */
public record PairObjective(double beta, List<Weighted> terms) {

    /**
     * A term with its weight.
     *
     * @param name under which it is reported
     * @param weight above 0
     */
    public record Weighted(String name, PairTerm term, double weight) {
        public Weighted {
            if (!(weight > 0 && Double.isFinite(weight))) {
                throw new IllegalArgumentException("the weight of " + name + " must be above 0, but is " + weight);
            }
        }

        static Weighted of(LossType type, PairTerm term, double weight) {
            return new Weighted(type.name().toLowerCase(Locale.ROOT), term, weight);
        }
    }

    public PairObjective {
        terms = List.copyOf(terms);
        if (terms.isEmpty()) {
            throw new IllegalArgumentException("an objective needs at least one loss");
        }
    }

    /** One loss alone. */
    public static PairObjective of(LossFunction function) {
        return new PairObjective(function.beta(), List.of(new Weighted("preference", function, 1)));
    }

    /** The same and another term. */
    public PairObjective plus(LossType type, PairTerm term, double weight) {
        List<Weighted> all = new ArrayList<>(terms);
        all.add(Weighted.of(type, term, weight));
        return new PairObjective(beta, all);
    }

    /** The loss of each pair, and what each term has in it. */
    public PreferenceLoss of(PairLogps pairs) {
        int n = pairs.size();
        List<TermLoss> parts = new ArrayList<>(terms.size());
        PreferenceLoss result = PreferenceLoss.ofPairs(n, parts);
        for (Weighted weighted : terms) {
            TermLoss part = weighted.term().of(pairs);
            parts.add(part);
            for (int i = 0; i < n; i++) {
                result.losses()[i] += weighted.weight() * part.losses()[i];
                result.policyChosenGradients()[i] += weighted.weight() * part.policyChosenGradients()[i];
                result.policyRejectedGradients()[i] += weighted.weight() * part.policyRejectedGradients()[i];
            }
        }
        for (int i = 0; i < n; i++) {
            result.rewardsChosen()[i] = beta * (pairs.policyChosenLogps()[i] - pairs.referenceChosenLogps()[i]);
            result.rewardsRejected()[i] = beta * (pairs.policyRejectedLogps()[i] - pairs.referenceRejectedLogps()[i]);
        }
        return result;
    }
}
