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
import dev.attune.trainer.optim.AdamW;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Learns preferences: the policy is the model with its adapter, or with all of its weights learning, the reference the same
 * model as it was, or with a frozen earlier adapter, which may follow the policy at times. It belongs to one thread at a time.
 */
public final class DpoLearner implements AutoCloseable {
    private final LearnerConfig config;
    private final CausalLm model;
    private final LearnedWeights policy;
    private final Reference reference;
    private final AdamW optimizer;

    /**
     * Takes over nothing: model, policy and anchor stay the caller's to close, after this.
     *
     * @param anchor what the reference begins as; null: the model alone
     */
    public DpoLearner(LearnerConfig config, CausalLm model, LearnedWeights policy, @Nullable LearnedWeights anchor) {
        this.config = config;
        this.model = model;
        this.policy = policy;
        this.reference = new Reference(anchor);
        this.optimizer = new AdamW(config.optimizer(), policy.parameters());
    }

    /** Steps taken since the adapter was fresh. */
    public long step() {
        return optimizer.step();
    }

    /**
     * Takes one step on the mean loss of the pairs.
     *
     * @return what the pairs showed before the update
     * @throws dev.attune.trainer.optim.DivergedException where the gradient is not finite; adapter and optimizer are
     *     then as before
     */
    public StepMetrics train(List<TrainingPair> pairs) {
        return train(pairs, metrics -> true);
    }

    /**
     * As {@link #train(List)}, where the gate admits the update; else adapter and optimizer are as before.
     *
     * @return what the pairs showed; without an update the learning rate is 0
     */
    public StepMetrics train(List<TrainingPair> pairs, UpdateGate gate) {
        return train(pairs, List.of(), gate);
    }

    /**
     * As {@link #train(List, UpdateGate)}, with pairs that were trained before: the step is on the mean loss of all.
     *
     * @param replayed may be empty
     * @return what the fresh pairs showed, and beside it what the replayed ones did
     */
    public StepMetrics train(List<TrainingPair> pairs, List<TrainingPair> replayed, UpdateGate gate) {
        StepMetrics metrics = backward(pairs, replayed);
        long before = optimizer.step();
        double rate = config.optimizer().learningRateAt(before + 1);
        double norm = optimizer.update(rate, gradNorm -> gate.admits(metrics.withUpdate(gradNorm, rate)));
        if (optimizer.step() == before) {
            return metrics.withUpdate(norm, 0);
        }
        if (config.refresh().isDueAfterStep(optimizer.step())) {
            reference.refresh(policy, config.refresh().weight());
        }
        return metrics.withUpdate(norm, rate);
    }

    /** Leaves the gradient of the pairs' mean loss on the policy's parameters. */
    StepMetrics backward(List<TrainingPair> pairs) {
        return backward(pairs, List.of());
    }

    StepMetrics backward(List<TrainingPair> pairs, List<TrainingPair> replayed) {
        // A step that failed half-way may have left some.
        Gradients.zero(policy.parameters());
        int all = pairs.size() + replayed.size();
        StepMetrics fresh = run(pairs, reference.weights(), true, all);
        return replayed.isEmpty() ? fresh : fresh.withReplayed(run(replayed, reference.weights(), true, all));
    }

    /** What the pairs show, without learning from them. */
    public StepMetrics evaluate(List<TrainingPair> pairs) {
        return run(pairs, reference.weights(), false, pairs.size());
    }

    /**
     * As {@link #evaluate}, with rewards over the anchor: they can be compared with earlier ones, whatever became of the
     * reference in between.
     */
    public StepMetrics evaluateAgainstAnchor(List<TrainingPair> pairs) {
        return run(pairs, reference.anchor(), false, pairs.size());
    }

    /**
     * @param against the reference of loss and rewards
     * @param stepPairs what the gradient is a mean over
     */
    private StepMetrics run(List<TrainingPair> pairs, @Nullable LearnedWeights against, boolean learn, int stepPairs) {
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("a step needs at least one pair");
        }
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

    /**
     * Log-probabilities of {@code tokens[1..]} under the policy, in nats: what a probe holds serving to.
     *
     * @param tokens at least two
     */
    public float[] tokenLogps(int[] tokens) {
        try (NDManager step = model.newStep();
                GradientMode _ = GradientMode.off()) {
            TokenBatch batch = TokenBatch.of(List.of(new TokenSequence(tokens, 1)));
            return model.score(step, batch, policy).tokens().toFloatArray();
        }
    }

    /** Writes the adapter as PEFT does. */
    public void saveAdapter(Path directory) throws IOException {
        policy.save(directory);
    }

    /**
     * A checkpoint is about to be written: the reference is refreshed, if it is with each. What is written, and what comes
     * after it, has the new one.
     */
    public void beforeCheckpoint() {
        if (config.refresh().isDueWithCheckpoint()) {
            reference.refresh(policy, config.refresh().weight());
        }
    }

    /** True where the reference is no longer the anchor: it has to be saved, too. */
    public boolean hasMovedReference() {
        return reference.hasMoved();
    }

    /** Writes the reference as PEFT does, where it is not the anchor. */
    public void saveReference(Path directory) throws IOException {
        reference.save(directory);
    }

    /** Goes on with a reference that was saved. */
    public void loadReference(Path directory) {
        reference.load(policy, directory);
    }

    /** Writes the optimizer's moments and step; with adapter and reference it is all that a step depends on. */
    public void saveState(Path file) throws IOException {
        optimizer.save(file);
    }

    /** Continues from a state; the policy must be the adapter that was saved with it. */
    public void loadState(Path file) {
        optimizer.load(file);
    }

    @Override
    public void close() {
        reference.close();
        optimizer.close();
    }
}
