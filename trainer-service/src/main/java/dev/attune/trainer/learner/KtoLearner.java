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
import dev.attune.trainer.optim.AdamW;
import dev.attune.trainer.optim.AdamWConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Learns from single answers that were liked or not: policy and reference are those of {@link DpoLearner}. It belongs to
 * one thread at a time.
 */
public final class KtoLearner implements AutoCloseable {
    private final KtoLoss loss;
    private final PassLimits passes;
    private final CausalLm model;
    private final LearnedWeights policy;
    private final @Nullable LearnedWeights reference;
    private final AdamW optimizer;

    /**
     * Takes over nothing: model and weights stay the caller's to close, after this.
     *
     * @param reference null: the model alone
     */
    public KtoLearner(
            KtoLoss loss,
            AdamWConfig optimizer,
            PassLimits passes,
            CausalLm model,
            LearnedWeights policy,
            @Nullable LearnedWeights reference) {
        this.loss = loss;
        this.passes = passes;
        this.model = model;
        this.policy = policy;
        this.reference = reference;
        this.optimizer = new AdamW(optimizer, policy.parameters());
    }

    /**
     * Takes one step on the mean loss of the answers.
     *
     * @return what the answers showed before the update
     * @throws dev.attune.trainer.optim.DivergedException where the gradient is not finite; adapter and optimizer are
     *     then as before
     */
    public SinglesMetrics train(List<TrainingSingle> answers) {
        SinglesMetrics metrics = backward(answers);
        double learningRate = optimizer.config().learningRateAt(optimizer.step() + 1);
        return metrics.withUpdate(optimizer.update(), learningRate);
    }

    /** Leaves the gradient of the answers' mean loss on the policy's parameters. */
    SinglesMetrics backward(List<TrainingSingle> answers) {
        if (answers.isEmpty()) {
            throw new IllegalArgumentException("a step needs at least one answer");
        }
        // A step that failed half-way may have left some.
        Gradients.zero(policy.parameters());
        double divergence = divergence(answers);
        SinglesMetrics metrics = SinglesMetrics.empty(divergence);
        for (List<TrainingSingle> chunk : Chunks.of(answers, TrainingSingle::length, 1, passes)) {
            try (NDManager step = model.newStep();
                    GradientMode _ = GradientMode.recorded()) {
                metrics = pass(step, chunk, answers.size(), metrics);
            }
        }
        return metrics;
    }

    private SinglesMetrics pass(NDManager step, List<TrainingSingle> chunk, int stepAnswers, SinglesMetrics before) {
        List<TokenSequence> sequences =
                chunk.stream().map(TrainingSingle::sequence).toList();
        CausalLm.Comparison comparison = model.compare(step, TokenBatch.of(sequences), policy, reference);
        boolean[] desirable = new boolean[chunk.size()];
        for (int i = 0; i < desirable.length; i++) {
            desirable[i] = chunk.get(i).desirable();
        }
        SingleLogps logps = new SingleLogps(
                Doubles.of(comparison.policyLogps()),
                Doubles.of(comparison.referenceLogps()),
                desirable,
                chunk.stream().mapToDouble(TrainingSingle::strength).toArray());
        SingleLoss result = loss.of(logps, before.divergence());
        float[] gradients = new float[chunk.size()];
        for (int i = 0; i < gradients.length; i++) {
            gradients[i] = (float) (result.policyGradients()[i] / stepAnswers);
        }
        Gradients.backward(comparison.policyLogps(), step.create(gradients));
        return before.plus(
                logps,
                result,
                sequences.stream().mapToLong(s -> s.tokens().length).sum());
    }

    /** KTO's z of the whole step: each prompt with the answer before its own, the first with the last one's, as TRL pairs them. */
    private double divergence(List<TrainingSingle> answers) {
        List<TokenSequence> mismatched = new ArrayList<>(answers.size());
        for (int i = 0; i < answers.size() && answers.size() > 1; i++) {
            TrainingSingle other = answers.get((i + answers.size() - 1) % answers.size());
            mismatched.add(
                    other.after(answers.get(i).promptTokens(), model.config().maxPositions()));
        }
        double[] policyLogps = new double[mismatched.size()];
        double[] referenceLogps = new double[mismatched.size()];
        int next = 0;
        for (List<TokenSequence> chunk : Chunks.of(mismatched, sequence -> sequence.tokens().length, 1, passes)) {
            if (chunk.isEmpty()) {
                continue;
            }
            try (NDManager step = model.newStep();
                    GradientMode _ = GradientMode.off()) {
                CausalLm.Comparison comparison = model.compare(step, TokenBatch.of(chunk), policy, reference);
                System.arraycopy(Doubles.of(comparison.policyLogps()), 0, policyLogps, next, chunk.size());
                System.arraycopy(Doubles.of(comparison.referenceLogps()), 0, referenceLogps, next, chunk.size());
                next += chunk.size();
            }
        }
        return KtoLoss.divergence(policyLogps, referenceLogps);
    }

    @Override
    public void close() {
        optimizer.close();
    }
}
