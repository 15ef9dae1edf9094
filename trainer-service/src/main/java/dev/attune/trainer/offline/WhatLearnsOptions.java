package dev.attune.trainer.offline;

import dev.attune.artifacts.DType;
import dev.attune.kit.Checks;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of what learns: an adapter, or with {@code --full} all weights. */
@SuppressWarnings("NullAway.Init") // picocli sets the mixin
final class WhatLearnsOptions {
    private static final long DEFAULT_MAX_PARAMETERS = 500_000_000;

    /** Types that weights can be saved as. */
    enum SavedType {
        F32,
        F16,
        BF16
    }

    @Mixin
    private AdapterOptions adapter;

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
                    + " (default: " + DEFAULT_MAX_PARAMETERS + ").")
    private @Nullable Long maxParameters;

    /** @throws dev.attune.kit.ConfigException naming the option that cannot be used */
    WhatLearns whatLearns() {
        if (full) {
            adapter.requireNone();
            long most = maxParameters == null ? DEFAULT_MAX_PARAMETERS : maxParameters;
            Checks.that(most >= 1, "--max-parameters", "must be at least 1, but is " + most);
            return new WhatLearns.AllWeights(DType.valueOf((savedAs == null ? SavedType.F32 : savedAs).name()), most);
        }
        Checks.that(
                savedAs == null && maxParameters == null,
                "--save-as, --max-parameters",
                "are of --full: leave them out");
        return adapter.adapter();
    }
}
