package dev.attune.trainer.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.attune.artifacts.ArtifactKind;
import dev.attune.artifacts.PeftConfig;
import dev.attune.artifacts.SafeTensors;
import dev.attune.artifacts.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/**
 * Low-rank updates of linear layers of a Llama: y = W x + scale B A x (Hu et al. 2021, "LoRA", section 4.1), with A
 * [rank, in] and B [out, rank]. Reads and writes PEFT's files.
 */
public final class LoraAdapter implements LearnedWeights {
    /** Last names of the modules that can be adapted: a Llama's linear layers, in the order in which they are used. */
    public static final List<String> TARGET_MODULES =
            List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

    private static final String PEFT_PREFIX = "base_model.model.";

    private final PeftConfig config;
    private final LlamaConfig model;
    private final NDManager manager;
    private final NDList parameters;
    private final NDList programFactors;

    private interface FactorSource {
        float[] values(String name, Shape shape) throws IOException;
    }

    private LoraAdapter(PeftConfig config, LlamaConfig model, FactorSource source) throws IOException {
        this.config = config;
        this.model = model;
        this.manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        this.parameters = new NDList();
        this.programFactors = new NDList();
        try {
            // Rank 0 stands for a module that is left as it is.
            NDArray none = manager.zeros(new Shape(0, 1));
            for (Map.Entry<String, Shape> factor : factors(model, config.rank()).entrySet()) {
                if (!isTarget(config, factor.getKey())) {
                    programFactors.add(none);
                    continue;
                }
                NDArray parameter =
                        manager.create(source.values(factor.getKey(), factor.getValue()), factor.getValue());
                parameter.setName(factor.getKey());
                parameter.setRequiresGradient(true);
                parameters.add(parameter);
                programFactors.add(parameter);
            }
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /**
     * A fresh adapter that changes nothing yet, as PEFT begins: A uniform within 1/sqrt(in) (Kaiming with slope
     * sqrt(5)), B zero.
     *
     * @param baseModel name of the base model, for {@code adapter_config.json}
     * @param seed the same seed gives the same adapter
     */
    public static LoraAdapter create(LlamaConfig model, String baseModel, LoraShape adapter, long seed) {
        Random random = new Random(seed);
        try {
            PeftConfig config = PeftConfig.lora(
                    baseModel, adapter.rank(), adapter.alpha(), adapter.rslora(), adapter.targetModules());
            return new LoraAdapter(config, model, (name, shape) -> {
                float[] values = new float[Math.toIntExact(shape.size())];
                if (name.endsWith(".lora_A.weight")) {
                    double bound = 1 / Math.sqrt((double) shape.get(1));
                    for (int i = 0; i < values.length; i++) {
                        values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
                    }
                }
                return values;
            });
        } catch (IOException e) {
            throw new AssertionError("nothing is read", e);
        }
    }

    /**
     * Reads a PEFT directory.
     *
     * @throws ModelException naming file and field or tensor, where it is not a LoRA on some of {@link #TARGET_MODULES}
     */
    public static LoraAdapter load(LlamaConfig model, Path directory) {
        Path configFile = directory.resolve(PeftConfig.FILE_NAME);
        Path weightsFile = directory.resolve(PeftConfig.WEIGHTS_FILE_NAME);
        PeftConfig config;
        try {
            config = PeftConfig.read(configFile);
        } catch (IOException e) {
            throw new ModelException(ModelFiles.describe(configFile, e), e);
        }
        requireSupported(configFile, config);
        try (SafeTensors tensors = SafeTensors.open(weightsFile)) {
            Map<String, Shape> expected = factors(model, config.rank());
            for (String name : tensors.tensors().keySet()) {
                if (!expected.containsKey(name)) {
                    throw new ModelException(weightsFile + ": " + name + ": the model has no module for it");
                }
                if (!isTarget(config, name)) {
                    throw new ModelException(weightsFile + ": " + name + ": is not of the target_modules in "
                            + PeftConfig.FILE_NAME + ", " + config.targetModules());
                }
            }
            return new LoraAdapter(config, model, (name, shape) -> ModelFiles.readFloats(tensors, name, shape));
        } catch (IOException e) {
            throw new ModelException(ModelFiles.describe(weightsFile, e), e);
        }
    }

    private static void requireSupported(Path file, PeftConfig config) {
        List<String> problems = new ArrayList<>();
        if (!config.peftType().equals("LORA")) {
            problems.add("peft_type: only LORA is supported, not " + config.peftType());
        }
        if (config.useDora()) {
            problems.add("use_dora: not supported");
        }
        if (config.fanInFanOut()) {
            problems.add("fan_in_fan_out: not supported");
        }
        if (!config.bias().equals("none")) {
            problems.add("bias: only none is supported, not " + config.bias());
        }
        if (config.loraDropout() != 0) {
            problems.add("lora_dropout: only 0 is supported, not " + config.loraDropout());
        }
        if (config.modulesToSave() != null && !config.modulesToSave().isEmpty()) {
            problems.add("modules_to_save: not supported");
        }
        if (!config.rankPattern().isEmpty() || !config.alphaPattern().isEmpty()) {
            problems.add("rank_pattern, alpha_pattern: not supported");
        }
        if (!TARGET_MODULES.containsAll(config.targetModules())) {
            problems.add("target_modules: must be among " + TARGET_MODULES + ", but are " + config.targetModules());
        }
        if (!problems.isEmpty()) {
            throw new ModelException(file + ": " + String.join("; ", problems));
        }
    }

    private static boolean isTarget(PeftConfig config, String factor) {
        return config.targetModules().stream().anyMatch(module -> factor.contains("." + module + "."));
    }

    /** Name and shape of every factor that can be, in the order in which {@link LlamaProgram} takes them. */
    private static Map<String, Shape> factors(LlamaConfig model, int rank) {
        Map<String, Shape> factors = new LinkedHashMap<>();
        LlamaWeights.shapes(model).forEach((name, shape) -> {
            if (name.endsWith("_proj.weight")) {
                String module = PEFT_PREFIX + name.substring(0, name.length() - ".weight".length());
                factors.put(module + ".lora_A.weight", new Shape(rank, shape.get(1)));
                factors.put(module + ".lora_B.weight", new Shape(shape.get(0), rank));
            }
        });
        return factors;
    }

    public PeftConfig config() {
        return config;
    }

    /** What B A x is multiplied by. */
    public double scale() {
        return config.scale();
    }

    /** A and B of every adapted module, layer by layer, under PEFT's names; they require gradients. */
    @Override
    public NDList parameters() {
        return new NDList(parameters);
    }

    /** As {@link LlamaProgram} takes them: of every linear layer, those that are not adapted with rank 0. */
    NDList programFactors() {
        return new NDList(programFactors);
    }

    @Override
    public ArtifactKind kind() {
        return ArtifactKind.ADAPTER;
    }

    @Override
    public LoraAdapter load(Path directory) {
        return load(model, directory).freeze();
    }

    /** A copy that has no gradients. */
    @Override
    public LoraAdapter frozen() {
        return copy(false);
    }

    /** A copy that has no gradients and changes nothing: A as it is, B zero, as a fresh adapter. */
    @Override
    public LoraAdapter withoutEffect() {
        return copy(true);
    }

    private LoraAdapter copy(boolean withoutB) {
        Map<String, NDArray> values = new HashMap<>();
        parameters.forEach(parameter -> values.put(parameter.getName(), parameter));
        try {
            return new LoraAdapter(
                            config,
                            model,
                            (name, shape) -> withoutB && name.endsWith(".lora_B.weight")
                                    ? new float[Math.toIntExact(shape.size())]
                                    : Objects.requireNonNull(values.get(name)).toFloatArray())
                    .freeze();
        } catch (IOException e) {
            throw new AssertionError("nothing is read", e);
        }
    }

    /** No gradients from now on; this adapter itself. */
    public LoraAdapter freeze() {
        parameters.forEach(parameter -> parameter.setRequiresGradient(false));
        return this;
    }

    /**
     * Writes {@code adapter_config.json} and {@code adapter_model.safetensors} into a directory, which is created. The
     * same adapter gives the same bytes.
     */
    @Override
    public void save(Path directory) throws IOException {
        Files.createDirectories(directory);
        config.write(directory.resolve(PeftConfig.FILE_NAME));
        Map<String, TensorData> tensors = new TreeMap<>();
        for (NDArray parameter : parameters) {
            tensors.put(
                    parameter.getName(),
                    TensorData.floats(
                            parameter.toFloatArray(), parameter.getShape().getShape()));
        }
        SafeTensors.write(directory.resolve(PeftConfig.WEIGHTS_FILE_NAME), tensors, Map.of("format", "pt"));
    }

    @Override
    public void close() {
        manager.close();
    }
}
