package dev.attune.trainer.learner;

import ai.djl.ndarray.NDManager;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.GradientMode;
import dev.attune.trainer.model.Gradients;
import dev.attune.trainer.model.LearnedWeights;
import dev.attune.trainer.model.TokenBatch;
import dev.attune.trainer.model.TokenSequence;
import dev.attune.trainer.optim.AdamW;
import dev.attune.trainer.optim.AdamWConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Learns from what people prefer: the policy is the model with its adapter, or with all of its weights learning, the
 * reference the same model as it was, or with a frozen earlier adapter, which may follow the policy at times. It belongs to one
 * thread at a time.
 *
 * @param <E> what it learns from; examples of another kind are refused with a {@link ClassCastException}
 * @param <M> what a step shows
 */
public abstract sealed class Learner<E extends TrainingExample, M extends StepReport> implements AutoCloseable
        permits DpoLearner, KtoLearner {
    final CausalLm model;
    final LearnedWeights policy;
    final Reference reference;

    private final Class<E> kind;
    private final ReferenceRefresh refresh;
    private final AdamW optimizer;

    /**
     * Takes over nothing: model, policy and anchor stay the caller's to close, after this.
     *
     * @param anchor what the reference begins as; null: the model alone
     */
    Learner(
            Class<E> kind,
            AdamWConfig optimizer,
            ReferenceRefresh refresh,
            CausalLm model,
            LearnedWeights policy,
            @Nullable LearnedWeights anchor) {
        this.kind = kind;
        this.refresh = refresh;
        this.model = model;
        this.policy = policy;
        this.reference = new Reference(anchor);
        this.optimizer = new AdamW(optimizer, policy.parameters());
    }

    /** Adds the gradient of the mean loss of all to the policy's; says what they showed. */
    abstract M learn(List<E> fresh, List<E> replayed);

    /**
     * What examples show, without learning from them.
     *
     * @param against the reference of loss and rewards
     */
    abstract M look(List<E> examples, @Nullable LearnedWeights against);

    abstract M withUpdate(M metrics, double gradNorm, double learningRate);

    /** Steps taken since the policy was fresh. */
    public final long step() {
        return optimizer.step();
    }

    /**
     * Takes one step on the mean loss of the examples.
     *
     * @return what the examples showed before the update
     * @throws dev.attune.trainer.optim.DivergedException where the gradient is not finite; policy and optimizer are
     *     then as before
     */
    public final M train(List<? extends TrainingExample> examples) {
        return train(examples, metrics -> true);
    }

    /**
     * As {@link #train(List)}, where the gate admits the update; else policy and optimizer are as before.
     *
     * @return what the examples showed; without an update the learning rate is 0
     */
    public final M train(List<? extends TrainingExample> examples, UpdateGate gate) {
        return train(examples, List.of(), gate);
    }

    /**
     * As {@link #train(List, UpdateGate)}, with examples that were trained before: the step is on the mean loss of all.
     *
     * @param replayed may be empty
     * @return what the fresh examples showed, and beside it what the replayed ones did
     */
    public final M train(
            List<? extends TrainingExample> examples, List<? extends TrainingExample> replayed, UpdateGate gate) {
        M metrics = backward(examples, replayed);
        long before = optimizer.step();
        double rate = optimizer.config().learningRateAt(before + 1);
        double norm = optimizer.update(rate, gradNorm -> gate.admits(withUpdate(metrics, gradNorm, rate)));
        if (optimizer.step() == before) {
            return withUpdate(metrics, norm, 0);
        }
        if (refresh.isDueAfterStep(optimizer.step())) {
            reference.refresh(policy, refresh.weight());
        }
        return withUpdate(metrics, norm, rate);
    }

    /** Leaves the gradient of the examples' mean loss on the policy's parameters. */
    final M backward(List<? extends TrainingExample> examples) {
        return backward(examples, List.of());
    }

    final M backward(List<? extends TrainingExample> examples, List<? extends TrainingExample> replayed) {
        // A step that failed half-way may have left some.
        Gradients.zero(policy.parameters());
        return learn(ownKind(requireSome(examples)), ownKind(replayed));
    }

    /** What the examples show, without learning from them. */
    public final M evaluate(List<? extends TrainingExample> examples) {
        return look(ownKind(requireSome(examples)), reference.weights());
    }

    /**
     * As {@link #evaluate}, with rewards over the anchor: they can be compared with earlier ones, whatever became of the
     * reference in between.
     */
    public final M evaluateAgainstAnchor(List<? extends TrainingExample> examples) {
        return look(ownKind(requireSome(examples)), reference.anchor());
    }

    private List<E> ownKind(List<? extends TrainingExample> examples) {
        return examples.stream().<E>map(kind::cast).toList();
    }

    private static List<? extends TrainingExample> requireSome(List<? extends TrainingExample> examples) {
        if (examples.isEmpty()) {
            throw new IllegalArgumentException("a step needs at least one example");
        }
        return examples;
    }

    /**
     * Log-probabilities of {@code tokens[1..]} under the policy, in nats: what a probe holds serving to.
     *
     * @param tokens at least two
     */
    public final float[] tokenLogps(int[] tokens) {
        try (NDManager step = model.newStep();
                GradientMode _ = GradientMode.off()) {
            TokenBatch batch = TokenBatch.of(List.of(new TokenSequence(tokens, 1)));
            return model.score(step, batch, policy).tokens().toFloatArray();
        }
    }

    /** Writes the policy: an adapter as PEFT does, else a model. */
    public final void savePolicy(Path directory) throws IOException {
        policy.save(directory);
    }

    /**
     * A checkpoint is about to be written: the reference is refreshed, if it is with each. What is written, and what comes
     * after it, has the new one.
     */
    public final void beforeCheckpoint() {
        if (refresh.isDueWithCheckpoint()) {
            reference.refresh(policy, refresh.weight());
        }
    }

    /**
     * A version of this policy serves now: the reference moves towards it, as far as a refresh goes.
     *
     * @param directory the version as {@link #savePolicy} wrote it
     */
    public final void followRelease(Path directory) {
        try (LearnedWeights released = policy.load(directory)) {
            reference.refresh(released, refresh.weight());
        }
    }

    /** True where the reference is no longer the anchor: it has to be saved, too. */
    public final boolean hasMovedReference() {
        return reference.hasMoved();
    }

    /** Writes the reference as the policy, where it is not the anchor. */
    public final void saveReference(Path directory) throws IOException {
        reference.save(directory);
    }

    /** Goes on with a reference that was saved. */
    public final void loadReference(Path directory) {
        reference.load(policy, directory);
    }

    /** Writes the optimizer's moments and step; with policy and reference it is all that a step depends on. */
    public final void saveState(Path file) throws IOException {
        optimizer.save(file);
    }

    /** Continues from a state; the policy must be the one that was saved with it. */
    public final void loadState(Path file) {
        optimizer.load(file);
    }

    @Override
    public final void close() {
        reference.close();
        optimizer.close();
    }
}
