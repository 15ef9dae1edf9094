package dev.attune.trainer.learner;

import ai.djl.ndarray.NDManager;
import dev.attune.trainer.loss.PairLogps;
import dev.attune.trainer.loss.PreferenceLoss;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.GradientMode;
import dev.attune.trainer.model.Gradients;
import dev.attune.trainer.model.LearnedWeights;
import dev.attune.trainer.model.TokenBatch;
import dev.attune.trainer.model.TokenSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Learns from pairs. */
public final class DpoLearner extends Learner<TrainingPair, StepMetrics> {
    private final LearnerConfig config;

    /**
     * Takes over nothing: model, policy and anchor stay the caller's to close, after this.
     *
     * @param anchor what the reference begins as; null: the model alone
     */
    public DpoLearner(LearnerConfig config, CausalLm model, LearnedWeights policy, @Nullable LearnedWeights anchor) {
        super(TrainingPair.class, config.optimizer(), config.refresh(), model, policy, anchor);
        this.config = config;
    }

    @Override
    StepMetrics learn(List<TrainingPair> fresh, List<TrainingPair> replayed) {
        int all = fresh.size() + replayed.size();
        StepMetrics metrics = run(fresh, reference.weights(), true, all);
        return replayed.isEmpty() ? metrics : metrics.withReplayed(run(replayed, reference.weights(), true, all));
    }

    @Override
    StepMetrics look(List<TrainingPair> pairs, @Nullable LearnedWeights against) {
        return run(pairs, against, false, pairs.size());
    }

    @Override
    StepMetrics withUpdate(StepMetrics metrics, double gradNorm, double learningRate) {
        return metrics.withUpdate(gradNorm, learningRate);
    }

    /**
     * @param against the reference of loss and rewards
     * @param stepPairs what the gradient is a mean over
     */
    private StepMetrics run(List<TrainingPair> pairs, @Nullable LearnedWeights against, boolean learn, int stepPairs) {
        MetricSums sums = new MetricSums(config.objective());
        for (List<TrainingPair> chunk : Chunks.of(pairs, config.passes())) {
            try (NDManager step = model.newStep();
                    GradientMode _ = learn ? GradientMode.recorded() : GradientMode.off()) {
                pass(step, chunk, against, learn, stepPairs, sums);
            }
        }
        return sums.means();
    }

    private void pass(
            NDManager step,
            List<TrainingPair> chunk,
            @Nullable LearnedWeights against,
            boolean learn,
            int stepPairs,
            MetricSums sums) {
        List<TokenSequence> sequences = new ArrayList<>(2 * chunk.size());
        chunk.forEach(pair -> sequences.add(pair.chosen()));
        chunk.forEach(pair -> sequences.add(pair.rejected()));
        CausalLm.Comparison comparison =
                model.compare(step, TokenBatch.of(sequences), policy, against, reference.anchor());

        int n = chunk.size();
        double[] policyLogps = Doubles.of(comparison.policyLogps()); // [2n], chosen first
        double[] referenceLogps = Doubles.of(comparison.referenceLogps()); // [2n]
        PairLogps logps = new PairLogps(
                Arrays.copyOf(policyLogps, n),
                Arrays.copyOfRange(policyLogps, n, 2 * n),
                Arrays.copyOf(referenceLogps, n),
                Arrays.copyOfRange(referenceLogps, n, 2 * n),
                chunk.stream().mapToInt(pair -> pair.chosenTokens().length).toArray(),
                chunk.stream().mapToInt(pair -> pair.rejectedTokens().length).toArray(),
                chunk.stream().mapToDouble(TrainingPair::strength).toArray());
        PreferenceLoss loss = config.objective().of(logps);
        if (learn) {
            float[] gradients = new float[2 * n];
            for (int i = 0; i < n; i++) {
                gradients[i] = (float) (loss.policyChosenGradients()[i] / stepPairs);
                gradients[n + i] = (float) (loss.policyRejectedGradients()[i] / stepPairs);
            }
            Gradients.backward(comparison.policyLogps(), step.create(gradients));
        }
        long tokens = sequences.stream().mapToLong(s -> s.tokens().length).sum();
        sums.add(logps, loss, Doubles.of(comparison.anchorLogps()), Doubles.of(comparison.divergences()), tokens);
    }
}
