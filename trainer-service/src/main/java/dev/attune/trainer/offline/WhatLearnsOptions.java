package dev.attune.trainer.offline;

import dev.attune.artifacts.DType;
import dev.attune.kit.Checks;
import dev.attune.trainer.model.LoraAdapter;
import dev.attune.trainer.model.LoraShape;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of what learns: an adapter, or with {@code --full} all weights. */
final class WhatLearnsOptions {
    private static final int DEFAULT_RANK = 8;
    private static final long DEFAULT_MAX_PARAMETERS = 500_000_000;

    /** Types that weights can be saved as. */
    enum SavedType {
        F32,
        F16,
        BF16
    }

    @Option(
            names = "--adapter-init",
            paramLabel = "DIR",
            description = "PEFT adapter to begin with; rank and alpha are its own (default: a fresh one).")
    private @Nullable Path adapterInit;

    @Option(names = "--rank", paramLabel = "N", description = "LoRA rank (default: 8).")
    private @Nullable Integer rank;

    @Option(
            names = "--alpha",
            paramLabel = "N",
            description = "LoRA alpha; the scale is alpha / rank (default: 2 x rank).")
    private @Nullable Integer alpha;

    @Option(
            names = "--rslora",
            description = "The scale is alpha / sqrt(rank), so that a larger rank learns no slower (rsLoRA).")
    private boolean rslora;

    @Option(
            names = "--target-modules",
            paramLabel = "NAME",
            split = ",",
            description = "Linear layers that learn, for example q_proj,v_proj (default: all).")
    private @Nullable List<String> targetModules;

    @Option(
            names = "--full",
            description =
                    "Train all weights of the model instead of an adapter; --out is then a model, a Hugging Face directory.")
    private boolean full;

    @Option(
            names = "--save-as",
            paramLabel = "TYPE",
            description = "With --full: f32, f16 or bf16 (default: f32, which loses nothing).")
    private @Nullable SavedType savedAs;

    @Option(
            names = "--max-parameters",
            paramLabel = "N",
            description = "With --full: refuse a model of more parameters, each of which takes 20 bytes of memory"
                    + " (default: 500000000).")
    private @Nullable Long maxParameters;

    /** @throws dev.attune.kit.ConfigException naming the option that cannot be used */
    WhatLearns whatLearns() {
        boolean shaped = rank != null || alpha != null || rslora || targetModules != null;
        if (full) {
            Checks.that(
                    adapterInit == null && !shaped,
                    "--adapter-init, --rank, --alpha, --rslora, --target-modules",
                    "are of an adapter, and --full trains none: leave them out");
            long most = maxParameters == null ? DEFAULT_MAX_PARAMETERS : maxParameters;
            Checks.that(most >= 1, "--max-parameters", "must be at least 1, but is " + most);
            return new WhatLearns.AllWeights(DType.valueOf((savedAs == null ? SavedType.F32 : savedAs).name()), most);
        }
        Checks.that(
                savedAs == null && maxParameters == null,
                "--save-as, --max-parameters",
                "are of --full: leave them out");
        Checks.that(
                adapterInit == null || !shaped,
                "--rank, --alpha, --rslora, --target-modules",
                "are those of --adapter-init: leave them out");
        return new WhatLearns.Adapter(adapterInit, fresh());
    }

    private LoraShape fresh() {
        int ranked = rank == null ? DEFAULT_RANK : rank;
        Checks.between("--rank", ranked, 1, TrainSettings.MAX_RANK);
        int scaled = alpha == null ? 2 * ranked : alpha;
        Checks.atLeast("--alpha", scaled, 1);
        List<String> targets = targetModules == null ? LoraAdapter.TARGET_MODULES : targetModules;
        LoraShape.requireTargets("--target-modules", targets);
        return new LoraShape(ranked, scaled, rslora, targets);
    }
}
