package dev.attune.trainer.learner;

import dev.attune.trainer.loss.PairLogps;
import dev.attune.trainer.loss.PreferenceLoss;
import java.util.stream.DoubleStream;

/** Adds up chunks of a step, in double precision. */
final class MetricSums {
    private int pairs;
    private double loss;
    private double rewardsChosen;
    private double rewardsRejected;
    private int correct;
    private double logpsChosen;
    private double logpsRejected;
    private double kl;
    private long tokens;

    void add(PairLogps logps, PreferenceLoss preference, double[] divergences, long chunkTokens) {
        pairs += logps.size();
        loss += preference.totalLoss();
        rewardsChosen += DoubleStream.of(preference.rewardsChosen()).sum();
        rewardsRejected += DoubleStream.of(preference.rewardsRejected()).sum();
        correct += preference.correct();
        logpsChosen += DoubleStream.of(logps.policyChosenLogps()).sum();
        logpsRejected += DoubleStream.of(logps.policyRejectedLogps()).sum();
        kl += DoubleStream.of(divergences).sum();
        tokens += chunkTokens;
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
                kl / (2 * pairs),
                0,
                0,
                tokens);
    }
}
