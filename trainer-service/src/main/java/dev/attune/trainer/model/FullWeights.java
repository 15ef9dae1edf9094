package dev.attune.trainer.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.attune.artifacts.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** All weights of a model, in float32: embedding, norms and linear layers learn. The model that they began as stays as it is. */
public final class FullWeights implements LearnedWeights {
    /** Weight, gradient and two moments, and the weight of the model that they began as. */
    public static final int BYTES_PER_PARAMETER = 5 * Float.BYTES;

    private final CausalLm base;
    private final DType savedAs;
    private final NDManager manager;
    private final NDList parameters;
    private final NDList programWeights;

    private interface WeightSource {
        NDList into(NDManager manager);
    }

    private FullWeights(CausalLm base, DType savedAs, boolean learning, WeightSource source) {
        this.base = base;
        this.savedAs = savedAs;
        this.manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        try {
            this.parameters = source.into(manager);
            parameters.forEach(parameter -> parameter.setRequiresGradient(learning));
            this.programWeights = LlamaWeights.programOrder(base.config(), parameters);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** How many numbers a model has, tied ones once. */
    public static long count(LlamaConfig config) {
        return LlamaWeights.shapes(config).values().stream()
                .mapToLong(Shape::size)
                .sum();
    }

    /**
     * A copy of a model's weights that learns.
     *
     * @param base stays the caller's to close, after this
     * @param savedAs F32, F16 or BF16: what {@link #save} writes
     */
    public static FullWeights of(CausalLm base, DType savedAs) {
        return new FullWeights(base, savedAs, true, manager -> copy(base.weights(), manager));
    }

    /**
     * Another model's weights, frozen: a reference.
     *
     * @throws ModelException where the directory's model is not of the same shape, or cannot be read
     */
    public static FullWeights reference(CausalLm base, Path directory) {
        Path file = directory.resolve("config.json");
        if (!LlamaConfigReader.read(file).equals(base.config())) {
            throw new ModelException(file + ": is a model of another shape than the one that learns");
        }
        return new FullWeights(
                base,
                DType.F32,
                false,
                manager -> LlamaWeights.load(directory.resolve("model.safetensors"), base.config(), manager));
    }

    private static NDList copy(NDList weights, NDManager manager) {
        NDList copies = new NDList(weights.size());
        for (NDArray weight : weights) {
            NDArray copy = manager.create(weight.toFloatArray(), weight.getShape());
            copy.setName(weight.getName());
            copies.add(copy);
        }
        return copies;
    }

    /** Under Hugging Face's names, tied ones once. */
    @Override
    public NDList parameters() {
        return new NDList(parameters);
    }

    /** In the order in which {@link LlamaProgram} takes them. */
    NDList programWeights() {
        return new NDList(programWeights);
    }

    /** Writes {@code model.safetensors}; config and tokenizer are {@link ModelDescription}'s. */
    @Override
    public void save(Path directory) throws IOException {
        Files.createDirectories(directory);
        LlamaWeights.save(directory.resolve("model.safetensors"), parameters, savedAs);
    }

    @Override
    public FullWeights frozen() {
        return new FullWeights(base, savedAs, false, into -> copy(parameters, into));
    }

    @Override
    public FullWeights withoutEffect() {
        return new FullWeights(base, savedAs, false, into -> copy(base.weights(), into));
    }

    @Override
    public void close() {
        manager.close();
    }
}
