package dev.attune.trainer.offline;

import dev.attune.kit.Checks;
import dev.attune.trainer.learner.ReferenceRefresh;
import picocli.CommandLine.Option;

/** The options of a reference that follows the policy. */
final class ReferenceOptions {
    @Option(
            names = "--reference-refresh",
            paramLabel = "WHEN",
            defaultValue = "never",
            description = "When the reference follows the adapter: never, or steps (default: ${DEFAULT-VALUE}).")
    private ReferenceRefresh.When refresh = ReferenceRefresh.When.NEVER;

    @Option(
            names = "--reference-every-steps",
            paramLabel = "N",
            defaultValue = "512",
            description = "After each so many steps (default: ${DEFAULT-VALUE}).")
    private int everySteps;

    @Option(
            names = "--reference-mode",
            paramLabel = "NAME",
            defaultValue = "soft",
            description = "soft: alpha * adapter + (1 - alpha) * reference; hard: the adapter itself (default:"
                    + " ${DEFAULT-VALUE}).")
    private ReferenceRefresh.Mode mode = ReferenceRefresh.Mode.SOFT;

    @Option(
            names = "--reference-alpha",
            paramLabel = "X",
            defaultValue = "0.6",
            description = "The adapter's weight in a soft refresh (default: ${DEFAULT-VALUE}).")
    private double alpha;

    /** @throws dev.attune.kit.ConfigException naming the option that cannot be used */
    ReferenceRefresh refresh() {
        Checks.that(
                refresh == ReferenceRefresh.When.NEVER || refresh == ReferenceRefresh.When.STEPS,
                "--reference-refresh",
                "must be never or steps: checkpoints and releases are the online trainer's");
        Checks.atLeast("--reference-every-steps", everySteps, 1);
        Checks.that(alpha > 0 && alpha < 1, "--reference-alpha", "must be above 0 and below 1, but is " + alpha);
        return ReferenceRefresh.of(refresh, everySteps, mode, alpha);
    }
}
