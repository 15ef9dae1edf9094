package dev.attune.trainer.offline;

import dev.attune.kit.Checks;
import dev.attune.trainer.model.LoraAdapter;
import dev.attune.trainer.model.LoraShape;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of an adapter: where it begins, or what a fresh one is. None has a default here, so that what was given is known. */
final class AdapterOptions {
    private static final int DEFAULT_RANK = 8;
    private static final String SHAPE = "--rank, --alpha, --rslora, --target-modules";

    @Option(
            names = "--adapter-init",
            paramLabel = "DIR",
            description = "PEFT adapter to begin with; rank and alpha are its own (default: a fresh one).")
    private @Nullable Path init;

    @Option(names = "--rank", paramLabel = "N", description = "LoRA rank (default: " + DEFAULT_RANK + ").")
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

    private boolean isShaped() {
        return rank != null || alpha != null || rslora || targetModules != null;
    }

    /** @throws dev.attune.kit.ConfigException where any was given */
    void requireNone() {
        Checks.that(
                init == null && !isShaped(),
                "--adapter-init, " + SHAPE,
                "are of an adapter, and --full trains none: leave them out");
    }

    /** @throws dev.attune.kit.ConfigException naming the option that cannot be used */
    WhatLearns.Adapter adapter() {
        Checks.that(init == null || !isShaped(), SHAPE, "are those of --adapter-init: leave them out");
        int ranked = rank == null ? DEFAULT_RANK : rank;
        Checks.between("--rank", ranked, 1, TrainSettings.MAX_RANK);
        int scaled = alpha == null ? 2 * ranked : alpha;
        Checks.atLeast("--alpha", scaled, 1);
        List<String> targets = targetModules == null ? LoraAdapter.TARGET_MODULES : targetModules;
        LoraShape.requireTargets("--target-modules", targets);
        return new WhatLearns.Adapter(init, new LoraShape(ranked, scaled, rslora, targets));
    }
}
