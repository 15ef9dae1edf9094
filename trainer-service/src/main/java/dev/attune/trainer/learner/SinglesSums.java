package dev.attune.trainer.learner;

import dev.attune.trainer.loss.SingleLogps;
import dev.attune.trainer.loss.SingleLoss;
import java.util.stream.DoubleStream;

/** Adds up chunks of a step on single answers, in double precision. */
final class SinglesSums {
    private final double divergence;
    private final Side liked = new Side();
    private final Side disliked = new Side();
    private double loss;
    private double kl;
    private long tokens;

    /** @param divergence KTO's z of the step */
    SinglesSums(double divergence) {
        this.divergence = divergence;
    }

    /** Sums over answers with one label. */
    private static final class Side {
        private final DoubleStream.Builder rewards = DoubleStream.builder();
        private int answers;
        private double logps;
        private double logRatio;

        private void add(double reward, double policyLogps, double anchorLogps) {
            rewards.add(reward);
            answers++;
            logps += policyLogps;
            logRatio += policyLogps - anchorLogps;
        }

        private SinglesMetrics.Side means(double[] ownRewards) {
            return new SinglesMetrics.Side(
                    answers,
                    DoubleStream.of(ownRewards).average().orElse(Double.NaN),
                    logps / answers,
                    logRatio / answers);
        }
    }

    /**
     * @param anchorLogps log-probabilities under the anchor
     * @param divergences from the anchor
     */
    void add(SingleLogps logps, SingleLoss result, double[] anchorLogps, double[] divergences, long chunkTokens) {
        for (int i = 0; i < logps.size(); i++) {
            Side side = logps.desirable()[i] ? liked : disliked;
            side.add(result.rewards()[i], logps.policyLogps()[i], anchorLogps[i]);
        }
        loss += DoubleStream.of(result.losses()).sum();
        kl += DoubleStream.of(divergences).sum();
        tokens += chunkTokens;
    }

    SinglesMetrics means() {
        double[] likedRewards = liked.rewards.build().toArray();
        double[] otherRewards = disliked.rewards.build().toArray();
        int answers = liked.answers + disliked.answers;
        return new SinglesMetrics(
                liked.means(likedRewards),
                disliked.means(otherRewards),
                loss / answers,
                accuracy(likedRewards, otherRewards),
                divergence,
                kl / answers,
                0,
                0,
                tokens,
                null);
    }

    private static double accuracy(double[] likedRewards, double[] otherRewards) {
        long higher = 0;
        for (double one : likedRewards) {
            higher += DoubleStream.of(otherRewards).filter(other -> one > other).count();
        }
        return (double) higher / ((long) likedRewards.length * otherRewards.length);
    }
}
