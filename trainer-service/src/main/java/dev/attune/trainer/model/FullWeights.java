package dev.attune.trainer.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.attune.artifacts.ArtifactKind;
import dev.attune.artifacts.DType;
import dev.attune.kit.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** All weights of a model, in float32: embedding, norms and linear layers learn. The model that they began as stays as it is. */
public final class FullWeights implements LearnedWeights {
    /** Weight, gradient and two moments, and the weight of the model that they began as. */
    private static final int BYTES_PER_PARAMETER = 5 * Float.BYTES;

    private static final String WEIGHTS = "model.safetensors";

    private final CausalLm base;
    private final @Nullable ModelDescription description;
    private final DType savedAs;
    private final NDManager manager;
    private final NDList parameters;
    private final NDList programWeights;

    private interface WeightSource {
        NDList into(NDManager manager);
    }

    private FullWeights(
            CausalLm base,
            @Nullable ModelDescription description,
            DType savedAs,
            boolean learning,
            WeightSource source) {
        this.base = base;
        this.description = description;
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

    /**
     * To be asked before the model is loaded.
     *
     * @param model Hugging Face directory
     * @param most how many numbers may learn
     * @param setting that says that all weights learn
     * @param limit that {@code most} is from
     * @throws ConfigException naming both, where the model has more
     */
    public static void requireAtMost(long most, Path model, String setting, String limit) {
        long parameters = count(LlamaConfigReader.read(model.resolve("config.json")));
        if (parameters > most) {
            throw new ConfigException(
                    setting,
                    String.format(
                            Locale.ROOT,
                            "the model has %,d parameters, and training all of them needs %.1f GiB of memory and what the"
                                    + " texts take: train an adapter, or allow it with %s %d",
                            parameters,
                            parameters * (double) BYTES_PER_PARAMETER / (1L << 30),
                            limit,
                            parameters));
        }
    }

    /** How many numbers a model has, tied ones once. */
    static long count(LlamaConfig config) {
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
        return new FullWeights(base, descriptionOf(base), savedAs, true, manager -> copy(base.weights(), manager));
    }

    /**
     * Weights that learn on, from what {@link #save} wrote as F32.
     *
     * @param base what they began as; stays the caller's to close, after this
     * @throws ModelException where the directory's model is not of the same shape, or cannot be read
     */
    public static FullWeights goOn(CausalLm base, Path directory) {
        requireSameShape(base, directory);
        return new FullWeights(base, descriptionOf(base), DType.F32, true, manager -> read(base, directory, manager));
    }

    private static @Nullable ModelDescription descriptionOf(CausalLm base) {
        Path directory = base.directory();
        return directory == null ? null : ModelDescription.read(directory);
    }

    /**
     * Another model's weights, frozen: a reference.
     *
     * @throws ModelException where the directory's model is not of the same shape, or cannot be read
     */
    public static FullWeights reference(CausalLm base, Path directory) {
        requireSameShape(base, directory);
        return new FullWeights(base, null, DType.F32, false, manager -> read(base, directory, manager));
    }

    private static void requireSameShape(CausalLm base, Path directory) {
        Path file = directory.resolve("config.json");
        if (!LlamaConfigReader.read(file).equals(base.config())) {
            throw new ModelException(file + ": is a model of another shape than the one that learns");
        }
    }

    private static NDList read(CausalLm base, Path directory, NDManager manager) {
        return LlamaWeights.load(directory.resolve(WEIGHTS), base.config(), manager);
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

    @Override
    public ArtifactKind kind() {
        return ArtifactKind.MODEL;
    }

    /** Writes a Hugging Face directory; of frozen weights, and of a model that is in no directory, the weights alone. */
    @Override
    public void save(Path directory) throws IOException {
        Files.createDirectories(directory);
        LlamaWeights.save(directory.resolve(WEIGHTS), parameters, savedAs);
        if (description != null) {
            description.write(directory, savedAs);
        }
    }

    @Override
    public FullWeights load(Path directory) {
        return new FullWeights(base, null, DType.F32, false, manager -> read(base, directory, manager));
    }

    @Override
    public FullWeights frozen() {
        return new FullWeights(base, null, savedAs, false, into -> copy(parameters, into));
    }

    @Override
    public FullWeights withoutEffect() {
        return new FullWeights(base, null, savedAs, false, into -> copy(base.weights(), into));
    }

    @Override
    public void close() {
        manager.close();
    }
}
