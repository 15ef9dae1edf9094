package dev.attune.trainer.learner;

import ai.djl.ndarray.NDManager;
import dev.attune.trainer.loss.KtoLoss;
import dev.attune.trainer.loss.SingleLogps;
import dev.attune.trainer.loss.SingleLoss;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.GradientMode;
import dev.attune.trainer.model.Gradients;
import dev.attune.trainer.model.LearnedWeights;
import dev.attune.trainer.model.TokenBatch;
import dev.attune.trainer.model.TokenSequence;
import dev.attune.trainer.optim.AdamWConfig;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Learns from single answers that were liked or not. */
public final class KtoLearner extends Learner<TrainingSingle, SinglesMetrics> {
    private final KtoLoss loss;
    private final PassLimits passes;

    /**
     * Takes over nothing: model, policy and anchor stay the caller's to close, after this.
     *
     * @param anchor what the reference begins as; null: the model alone
     */
    public KtoLearner(
            KtoLoss loss,
            AdamWConfig optimizer,
            PassLimits passes,
            ReferenceRefresh refresh,
            CausalLm model,
            LearnedWeights policy,
            @Nullable LearnedWeights anchor) {
        super(TrainingSingle.class, optimizer, refresh, model, policy, anchor);
        this.loss = loss;
        this.passes = passes;
    }

    /** One divergence for the step, of fresh and replayed answers: both are under the same policy. */
    @Override
    SinglesMetrics learn(List<TrainingSingle> fresh, List<TrainingSingle> replayed) {
        List<TrainingSingle> all =
                Stream.of(fresh, replayed).flatMap(List::stream).toList();
        double divergence = divergence(all, reference.weights());
        SinglesMetrics metrics = run(fresh, divergence, reference.weights(), true, all.size());
        return replayed.isEmpty()
                ? metrics
                : metrics.withReplayed(run(replayed, divergence, reference.weights(), true, all.size()));
    }

    @Override
    SinglesMetrics look(List<TrainingSingle> answers, @Nullable LearnedWeights against) {
        return run(answers, divergence(answers, against), against, false, answers.size());
    }

    @Override
    SinglesMetrics withUpdate(SinglesMetrics metrics, double gradNorm, double learningRate) {
        return metrics.withUpdate(gradNorm, learningRate);
    }

    /**
     * @param divergence KTO's z
     * @param against the reference of loss and rewards
     * @param stepAnswers what the gradient is a mean over
     */
    private SinglesMetrics run(
            List<TrainingSingle> answers,
            double divergence,
            @Nullable LearnedWeights against,
            boolean learn,
            int stepAnswers) {
        SinglesSums sums = new SinglesSums(divergence);
        for (List<TrainingSingle> chunk : Chunks.of(answers, TrainingSingle::length, 1, passes)) {
            try (NDManager step = model.newStep();
                    GradientMode _ = learn ? GradientMode.recorded() : GradientMode.off()) {
                pass(step, chunk, divergence, against, learn, stepAnswers, sums);
            }
        }
        return sums.means();
    }

    private void pass(
            NDManager step,
            List<TrainingSingle> chunk,
            double divergence,
            @Nullable LearnedWeights against,
            boolean learn,
            int stepAnswers,
            SinglesSums sums) {
        List<TokenSequence> sequences =
                chunk.stream().map(TrainingSingle::sequence).toList();
        CausalLm.Comparison comparison =
                model.compare(step, TokenBatch.of(sequences), policy, against, reference.anchor());
        int n = chunk.size();
        boolean[] desirable = new boolean[n];
        for (int i = 0; i < n; i++) {
            desirable[i] = chunk.get(i).desirable();
        }
        SingleLogps logps = new SingleLogps(
                Doubles.of(comparison.policyLogps()),
                Doubles.of(comparison.referenceLogps()),
                desirable,
                chunk.stream().mapToDouble(TrainingSingle::strength).toArray());
        SingleLoss result = loss.of(logps, divergence);
        if (learn) {
            float[] gradients = new float[n];
            for (int i = 0; i < n; i++) {
                gradients[i] = (float) (result.policyGradients()[i] / stepAnswers);
            }
            Gradients.backward(comparison.policyLogps(), step.create(gradients));
        }
        long tokens = sequences.stream().mapToLong(s -> s.tokens().length).sum();
        sums.add(logps, result, Doubles.of(comparison.anchorLogps()), Doubles.of(comparison.divergences()), tokens);
    }

    /** KTO's z of the answers: how much likelier the policy makes them after prompts that are not theirs. */
    private double divergence(List<TrainingSingle> answers, @Nullable LearnedWeights against) {
        List<TokenSequence> mismatched = Mismatched.of(answers, model.config().maxPositions());
        if (mismatched.isEmpty()) {
            return 0;
        }
        double[] policyLogps = new double[mismatched.size()];
        double[] referenceLogps = new double[mismatched.size()];
        int next = 0;
        for (List<TokenSequence> chunk : Chunks.of(mismatched, sequence -> sequence.tokens().length, 1, passes)) {
            try (NDManager step = model.newStep();
                    GradientMode _ = GradientMode.off()) {
                CausalLm.Comparison comparison = model.compare(step, TokenBatch.of(chunk), policy, against);
                System.arraycopy(Doubles.of(comparison.policyLogps()), 0, policyLogps, next, chunk.size());
                System.arraycopy(Doubles.of(comparison.referenceLogps()), 0, referenceLogps, next, chunk.size());
                next += chunk.size();
            }
        }
        return KtoLoss.divergence(policyLogps, referenceLogps);
    }
}
