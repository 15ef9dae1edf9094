package dev.attune.trainer.learner;

import dev.attune.trainer.loss.PairLogps;
import dev.attune.trainer.loss.PairObjective;
import dev.attune.trainer.loss.PreferenceLoss;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/** Adds up chunks of a step, in double precision. */
final class MetricSums {
    private final PairObjective objective;
    private final double[] terms;
    private int pairs;
    private double loss;
    private double rewardsChosen;
    private double rewardsRejected;
    private int correct;
    private double logpsChosen;
    private double logpsRejected;
    private double chosenLogRatio;
    private double kl;
    private long tokens;

    MetricSums(PairObjective objective) {
        this.objective = objective;
        this.terms = new double[objective.terms().size()];
    }

    /**
     * @param anchorLogps log-probabilities under the anchor, those of the chosen answers first
     * @param divergences from the anchor, of all answers
     */
    void add(PairLogps logps, PreferenceLoss preference, double[] anchorLogps, double[] divergences, long chunkTokens) {
        for (int i = 0; i < logps.size(); i++) {
            chosenLogRatio += logps.policyChosenLogps()[i] - anchorLogps[i];
        }
        pairs += logps.size();
        loss += preference.totalLoss();
        rewardsChosen += DoubleStream.of(preference.rewardsChosen()).sum();
        rewardsRejected += DoubleStream.of(preference.rewardsRejected()).sum();
        correct += preference.correct();
        logpsChosen += DoubleStream.of(logps.policyChosenLogps()).sum();
        logpsRejected += DoubleStream.of(logps.policyRejectedLogps()).sum();
        kl += DoubleStream.of(divergences).sum();
        tokens += chunkTokens;
        for (int i = 0; i < terms.length; i++) {
            terms[i] += preference.terms().get(i).total();
        }
    }

    /** The mean of each term by its name; nothing where there is only one. */
    private Map<String, Double> termMeans() {
        Map<String, Double> means = new TreeMap<>();
        for (int i = 0; i < terms.length && terms.length > 1; i++) {
            means.put(objective.terms().get(i).name(), terms[i] / pairs);
        }
        return means;
    }

    StepMetrics means() {
        return new StepMetrics(
                pairs,
                loss / pairs,
                rewardsChosen / pairs,
                rewardsRejected / pairs,
                (rewardsChosen - rewardsRejected) / pairs,
                (double) correct / pairs,
                logpsChosen / pairs,
                logpsRejected / pairs,
                chosenLogRatio / pairs,
                kl / (2 * pairs),
                0,
                0,
                tokens,
                termMeans(),
                null);
    }
}
