package dev.attune.publisher.merge;

import dev.attune.artifacts.PeftConfig;
import dev.attune.artifacts.SafeTensors;
import dev.attune.artifacts.TensorInfo;
import dev.attune.publisher.gate.AdapterConfigGate;
import dev.attune.publisher.gate.FiniteScan;
import dev.attune.publisher.release.RefusedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** A PEFT LoRA adapter, open for reading: what it adds to which matrix of its base. */
final class Adapter implements Closeable {

    private static final String PREFIX = "base_model.model.";
    private static final String A = ".lora_A.weight";
    private static final String B = ".lora_B.weight";

    private final PeftConfig config;
    private final SafeTensors weights;
    /** Names of the base's matrices. */
    private final Set<String> targets;

    private Adapter(PeftConfig config, SafeTensors weights, Set<String> targets) {
        this.config = config;
        this.weights = weights;
        this.targets = targets;
    }

    /**
     * @param directory with adapter_config.json and adapter_model.safetensors
     * @throws MergeException if it is no plain LoRA, or a number in it is not finite
     */
    static Adapter open(Path directory) throws MergeException, IOException {
        PeftConfig config;
        try {
            config = AdapterConfigGate.read(directory.resolve(PeftConfig.FILE_NAME));
        } catch (RefusedException e) {
            throw new MergeException(directory + ": " + e.detail());
        }
        SafeTensors weights = SafeTensors.open(directory.resolve(PeftConfig.WEIGHTS_FILE_NAME));
        try {
            return new Adapter(config, weights, targets(weights));
        } catch (MergeException | IOException | RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    private static Set<String> targets(SafeTensors weights) throws MergeException, IOException {
        Set<String> targets = new TreeSet<>();
        FiniteScan scan = new FiniteScan();
        for (String name : weights.tensors().keySet()) {
            String factor = name.endsWith(A) ? A : B;
            if (!name.startsWith(PREFIX) || !name.endsWith(factor)) {
                throw new MergeException(weights.path() + ": tensor '" + name + "' is no factor of a LoRA");
            }
            String module = name.substring(PREFIX.length(), name.length() - factor.length());
            if (!weights.tensors().containsKey(PREFIX + module + (factor.equals(A) ? B : A))) {
                throw new MergeException(weights.path() + ": tensor '" + name + "' is without its other factor");
            }
            if (!FiniteScan.reads(weights.info(name).dtype())) {
                throw new MergeException(weights.path() + ": tensor '" + name + "' is "
                        + weights.info(name).dtype() + ", expected F32, F16 or BF16");
            }
            OptionalLong notFinite = scan.firstNotFinite(weights, name);
            if (notFinite.isPresent()) {
                throw new MergeException(weights.path() + ": tensor '" + name + "' holds NaN or infinity at element "
                        + notFinite.getAsLong());
            }
            targets.add(module + ".weight");
        }
        if (targets.isEmpty()) {
            throw new MergeException(weights.path() + " holds no tensors");
        }
        return targets;
    }

    /** Names of the base's matrices that it changes. */
    Set<String> targets() {
        return targets;
    }

    PeftConfig config() {
        return config;
    }

    /**
     * What it adds to a matrix.
     *
     * @param target one of {@link #targets}
     * @param matrix the matrix as the base has it
     * @throws MergeException if the factors do not fit it
     */
    LowRank changeOf(String target, TensorInfo matrix) throws MergeException, IOException {
        String module = PREFIX + target.substring(0, target.length() - ".weight".length());
        long[] shape = matrix.shape();
        requireShape(module + A, target, config.rank(), shape[1]);
        requireShape(module + B, target, shape[0], config.rank());
        return new LowRank(
                weights.floats(module + A),
                weights.floats(module + B),
                config.rank(),
                Math.toIntExact(shape[1]),
                (float) config.scale());
    }

    private void requireShape(String name, String target, long rows, long columns) throws MergeException, IOException {
        long[] shape = weights.info(name).shape();
        if (shape.length != 2 || shape[0] != rows || shape[1] != columns) {
            throw new MergeException(weights.path() + ": tensor '" + name + "' is "
                    + Arrays.toString(shape) + ", the base's '" + target + "' asks for [" + rows + ", " + columns
                    + "]: is this the base that it was trained on?");
        }
    }

    @Override
    public void close() throws IOException {
        weights.close();
    }
}
