package dev.attune.publisher.gate;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.PeftConfig;
import dev.attune.artifacts.SafeTensors;
import dev.attune.artifacts.TensorInfo;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import dev.attune.publisher.serving.AdapterLimits;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeSet;

/** The adapter itself: a plain LoRA of a rank that serving takes, with the tensors that the base calls for, all finite. */
final class AdapterGate {

    private final BaseModel base;
    private final AdapterLimits limits;

    AdapterGate(BaseModel base, AdapterLimits limits) {
        this.base = base;
        this.limits = limits;
    }

    void check(CheckpointDirectory checkpoint) throws RefusedException, IOException {
        PeftConfig config = AdapterConfigGate.read(checkpoint.adapterConfig());
        if (!limits.takes(config.rank())) {
            throw new RefusedException(
                    RejectReason.RANK_NOT_SERVED,
                    "rank " + config.rank() + ": serving takes " + limits.ranks() + " up to " + limits.maxRank());
        }
        if (config.useRslora() && !limits.rslora()) {
            throw new RefusedException(
                    RejectReason.ADAPTER_UNSUPPORTED,
                    PeftConfig.FILE_NAME
                            + ": use_rslora is set, and serving divides alpha by the rank and not by its root"
                            + " (serving.adapters.rslora)");
        }
        FiniteScan scan = new FiniteScan();
        SortedMap<String, List<Long>> expected = AdapterShapes.expected(base, config);
        try (SafeTensors weights = SafeTensors.open(checkpoint.adapterWeights())) {
            checkNames(expected, weights);
            for (Map.Entry<String, List<Long>> tensor : expected.entrySet()) {
                checkTensor(tensor.getKey(), tensor.getValue(), weights, scan);
            }
        }
    }

    private static void checkNames(SortedMap<String, List<Long>> expected, SafeTensors weights)
            throws RefusedException {
        TreeSet<String> missing = new TreeSet<>(expected.keySet());
        missing.removeAll(weights.tensors().keySet());
        TreeSet<String> unexpected = new TreeSet<>(weights.tensors().keySet());
        unexpected.removeAll(expected.keySet());
        if (!missing.isEmpty() || !unexpected.isEmpty()) {
            String fault = missing.isEmpty()
                    ? "has tensor '" + unexpected.first() + "', which nothing calls for"
                    : "lacks tensor '" + missing.first() + "'";
            throw mismatch(fault + " (" + missing.size() + " missing, " + unexpected.size() + " unexpected)");
        }
    }

    private static void checkTensor(String name, List<Long> shape, SafeTensors weights, FiniteScan scan)
            throws RefusedException, IOException {
        TensorInfo info = weights.info(name);
        if (!Arrays.stream(info.shape()).boxed().toList().equals(shape)) {
            throw mismatch("tensor '" + name + "' is " + Arrays.toString(info.shape()) + ", expected " + shape);
        }
        if (!FiniteScan.reads(info.dtype())) {
            throw mismatch("tensor '" + name + "' is " + info.dtype() + ", expected F32, F16 or BF16");
        }
        OptionalLong notFinite = scan.firstNotFinite(weights, name);
        if (notFinite.isPresent()) {
            throw new RefusedException(
                    RejectReason.NOT_FINITE,
                    "tensor '" + name + "' holds NaN or infinity at element " + notFinite.getAsLong());
        }
    }

    private static RefusedException mismatch(String fault) {
        return new RefusedException(RejectReason.SHAPE_MISMATCH, PeftConfig.WEIGHTS_FILE_NAME + ": " + fault);
    }
}
