package dev.attune.trainer.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.attune.artifacts.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A causal language model on the CPU in float32: its weights and the program that runs them, or others in their place, with or
 * without an adapter. It belongs to one thread at a time.
 *
 * <p>Gradients flow into whatever among adapter and weights requires them, when {@link GradientMode} records. What a
 * method returns is attached to the step's manager that it was given, and lives no longer.
 */
public final class CausalLm implements AutoCloseable {
    private static final int SMALLEST_ROTARY_TABLE = 256;

    private final LlamaConfig config;
    private final @Nullable Path directory;
    private final NDManager manager;
    private final NDList weights;
    private final NDList programWeights;
    private final TorchScriptModule program;
    private RotaryEmbedding rotary;

    /** @param manager the model's own: closed with it */
    private CausalLm(LlamaConfig config, @Nullable Path directory, NDList weights, NDManager manager) {
        this.config = config;
        this.directory = directory;
        this.manager = manager;
        this.weights = weights;
        this.programWeights = LlamaWeights.programOrder(config, weights);
        this.program = TorchScriptModule.compile(manager, LlamaProgram.functions(config), LlamaProgram.methods());
        this.rotary = RotaryEmbedding.of(config, Math.min(SMALLEST_ROTARY_TABLE, config.maxPositions()), manager);
    }

    /**
     * Loads a Hugging Face directory: {@code config.json} and {@code model.safetensors}.
     *
     * @throws ModelException naming file and field or tensor, where it is not a Llama that this class computes exactly
     */
    public static CausalLm load(Path directory) {
        LlamaConfig config = LlamaConfigReader.read(directory.resolve("config.json"));
        return create(
                config,
                directory,
                manager -> LlamaWeights.load(directory.resolve("model.safetensors"), config, manager));
    }

    /** A model with random weights, the same ones for the same seed: where pre-training begins. */
    public static CausalLm random(LlamaConfig config, long seed) {
        return create(config, null, manager -> LlamaWeights.random(config, seed, manager));
    }

    private interface WeightSource {
        NDList into(NDManager manager);
    }

    private static CausalLm create(LlamaConfig config, @Nullable Path directory, WeightSource source) {
        NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        try {
            return new CausalLm(config, directory, source.into(manager), manager);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    public LlamaConfig config() {
        return config;
    }

    /** Where it was loaded from; null: it was not. */
    @Nullable
    Path directory() {
        return directory;
    }

    /** The weights under Hugging Face's names, tied ones once. Frozen unless the caller requires their gradients. */
    public NDList weights() {
        return new NDList(weights);
    }

    /** Writes {@code model.safetensors} into a directory that exists. */
    public void saveWeights(Path directory, DType type) throws IOException {
        LlamaWeights.save(directory.resolve("model.safetensors"), weights, type);
    }

    /** A manager for one step: whatever is attached to it is freed when it is closed. */
    public NDManager newStep() {
        return manager.newSubManager();
    }

    /**
     * Log-probabilities of the scored tokens.
     *
     * @param tokens [scored] of each scored token, in nats
     * @param sequences [rows] their sums
     */
    public record Scores(NDArray tokens, NDArray sequences) {}

    /**
     * Scores the batch's tokens.
     *
     * @param learned null: the model alone
     */
    public Scores score(NDManager step, TokenBatch batch, @Nullable LearnedWeights learned) {
        Inputs in = inputs(step, batch);
        NDList out = program.call(step, "score", scored(in, learned));
        return new Scores(out.get(0), out.get(1));
    }

    /**
     * A policy, a reference and an anchor on the same tokens; only the first array carries gradients.
     *
     * @param policyLogps [rows] summed log-probabilities of the scored tokens under the policy
     * @param referenceLogps [rows] the same under the reference
     * @param anchorLogps [rows] the same under the anchor
     * @param divergences [rows] KL(policy || anchor) of the next-token distributions, exact, summed over the scored
     *     positions, in nats
     */
    public record Comparison(NDArray policyLogps, NDArray referenceLogps, NDArray anchorLogps, NDArray divergences) {}

    /**
     * Runs all three on the batch.
     *
     * @param policy null: the model alone
     * @param reference null: the model alone
     * @param anchor null: the model alone; where it is the reference, it is run once
     */
    public Comparison compare(
            NDManager step,
            TokenBatch batch,
            @Nullable LearnedWeights policy,
            @Nullable LearnedWeights reference,
            @Nullable LearnedWeights anchor) {
        if (Objects.equals(reference, anchor)) {
            return compare(step, batch, policy, reference);
        }
        Inputs in = inputs(step, batch);
        NDList out = program.call(step, "compare_anchored", scored(in, policy, reference, anchor));
        return new Comparison(out.get(0), out.get(1), out.get(2), out.get(3));
    }

    /** As above, where the reference is the anchor. */
    public Comparison compare(
            NDManager step, TokenBatch batch, @Nullable LearnedWeights policy, @Nullable LearnedWeights reference) {
        Inputs in = inputs(step, batch);
        NDList out = program.call(step, "compare", scored(in, policy, reference));
        return new Comparison(out.get(0), out.get(1), out.get(1), out.get(2));
    }

    /** Logits [scored, vocabulary] that predict the scored tokens. */
    public NDArray logits(NDManager step, TokenBatch batch, @Nullable LearnedWeights learned) {
        Inputs in = inputs(step, batch);
        return program.call(
                        step,
                        "logits",
                        in.tokens,
                        in.positions,
                        rotary.cosines(),
                        rotary.sines(),
                        weights(learned),
                        factors(learned),
                        scale(learned))
                .get(0);
    }

    @Override
    public void close() {
        manager.close();
    }

    /** @param tokens [rows, length]; positions, targets and owners are [scored] */
    private record Inputs(NDArray tokens, NDArray positions, NDArray targets, NDArray owners) {}

    private Inputs inputs(NDManager step, TokenBatch batch) {
        if (batch.length() > config.maxPositions()) {
            throw new IllegalArgumentException("a sequence of " + batch.length() + " tokens does not fit the model's "
                    + config.maxPositions() + " positions");
        }
        // PyTorch's own message would not say which token.
        if (batch.smallestToken() < 0 || batch.largestToken() >= config.vocabularySize()) {
            throw new IllegalArgumentException("token ids must be in 0.." + (config.vocabularySize() - 1)
                    + ", but there is " + (batch.smallestToken() < 0 ? batch.smallestToken() : batch.largestToken()));
        }
        growRotaryTable(batch.length());
        return new Inputs(
                step.create(batch.tokens(), new Shape(batch.rows(), batch.length())),
                step.create(batch.positions()),
                step.create(batch.targets()),
                step.create(batch.owners()));
    }

    /** Arguments of a method that scores the batch's tokens with each of these. */
    private Object[] scored(Inputs in, @Nullable LearnedWeights... each) {
        List<Object> arguments = new ArrayList<>(
                List.of(in.tokens, in.positions, in.targets, in.owners, rotary.cosines(), rotary.sines()));
        for (LearnedWeights learned : each) {
            arguments.addAll(List.of(weights(learned), factors(learned), scale(learned)));
        }
        return arguments.toArray();
    }

    private void growRotaryTable(int length) {
        int positions = Math.toIntExact(rotary.cosines().getShape().get(0));
        if (length <= positions) {
            return;
        }
        rotary.cosines().close();
        rotary.sines().close();
        int grown = Integer.highestOneBit(length - 1) << 1;
        rotary = RotaryEmbedding.of(config, Math.min(grown, config.maxPositions()), manager);
    }

    private NDList weights(@Nullable LearnedWeights learned) {
        return learned instanceof FullWeights full ? full.programWeights() : programWeights;
    }

    private static NDList factors(@Nullable LearnedWeights learned) {
        return learned instanceof LoraAdapter adapter ? adapter.programFactors() : new NDList();
    }

    private static double scale(@Nullable LearnedWeights learned) {
        return learned instanceof LoraAdapter adapter ? adapter.scale() : 0.0;
    }
}
