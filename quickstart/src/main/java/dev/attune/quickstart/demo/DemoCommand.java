package dev.attune.quickstart.demo;

import dev.attune.kit.Checks;
import dev.attune.kit.ConfigException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The demo's options. */
@Command(
        name = "attune demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs the whole loop on this machine, every part real: Kafka, a Schema Registry, gateway, pairing, trainer,"
                    + " publisher, and a serving process on llama.cpp. Simulated users chat with a small support model, judge"
                    + " its answers by a preference that the model cannot see, and the model learns it while it serves.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the win rate that was asked for is served (or the demo was stopped, where none was asked for)",
            "1:the versions or the time ran out first, or a part failed",
            "2:an option cannot be used, for example because a port is taken"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the options.
final class DemoCommand implements Callable<Integer> {
    @Option(names = "--headless", description = "No page for the browser: progress lines only.")
    private boolean headless;

    @Option(
            names = "--until-win-rate",
            paramLabel = "SHARE",
            description =
                    "End with success once the served answers please this share of users (0..1), well-formed as ever.")
    private @Nullable Double untilWinRate;

    @Option(
            names = "--max-versions",
            paramLabel = "N",
            defaultValue = "100",
            description = "Give up after N released versions (default: ${DEFAULT-VALUE}).")
    private int maxVersions;

    @Option(
            names = "--max-minutes",
            paramLabel = "N",
            defaultValue = "600",
            description = "Give up after N minutes (default: ${DEFAULT-VALUE}).")
    private double maxMinutes;

    @Option(names = "--report", paramLabel = "FILE", description = "Write what was measured as JSON.")
    private @Nullable Path report;

    @Option(
            names = "--steps-per-version",
            paramLabel = "N",
            defaultValue = "32",
            description = "Training steps of 16 pairs between checkpoints (default: ${DEFAULT-VALUE}).")
    private int stepsPerVersion;

    @Option(
            names = "--evaluation-questions",
            paramLabel = "N",
            defaultValue = "300",
            description = "Held-out questions that each version is measured with (default: ${DEFAULT-VALUE}).")
    private int evaluationQuestions;

    @Option(
            names = "--users",
            paramLabel = "N",
            defaultValue = "3",
            description =
                    "Simulated users at the same time; more make pairs faster than two cores train them, and a pair that waits teaches less (default: ${DEFAULT-VALUE}).")
    private int users;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of users and trainer (default: 1).")
    private long seed;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "Keep logs, checkpoints and topics in DIR (default: a temporary folder, deleted at the end).")
    private @Nullable Path keep;

    @Option(
            names = "--console-port",
            paramLabel = "PORT",
            defaultValue = "8400",
            description = "Port of the page (default: ${DEFAULT-VALUE}; 0: any free one).")
    private int consolePort;

    @Option(names = "--kafka-port", paramLabel = "PORT", defaultValue = "0", description = "Default: any free port.")
    private int kafkaPort;

    @Option(names = "--registry-port", paramLabel = "PORT", defaultValue = "0", description = "Default: any free port.")
    private int registryPort;

    @Option(names = "--gateway-port", paramLabel = "PORT", defaultValue = "0", description = "Default: any free port.")
    private int gatewayPort;

    @Option(names = "--serving-port", paramLabel = "PORT", defaultValue = "0", description = "Default: any free port.")
    private int servingPort;

    @Override
    public Integer call() throws Exception {
        return new DemoRun(options()).run();
    }

    private DemoOptions options() {
        if (untilWinRate != null) {
            Checks.between("--until-win-rate", untilWinRate, 0.0, 1.0);
        }
        Checks.between("--max-versions", maxVersions, 1, 10_000);
        Checks.positive("--max-minutes", maxMinutes);
        Checks.between("--steps-per-version", stepsPerVersion, 1, 10_000);
        Checks.between("--evaluation-questions", evaluationQuestions, 10, 10_000);
        Checks.between("--users", users, 1, 64);
        DemoOptions.Ports ports = new DemoOptions.Ports(consolePort, kafkaPort, registryPort, gatewayPort, servingPort);
        if (report != null
                && report.toAbsolutePath().getParent() != null
                && !report.toAbsolutePath().getParent().toFile().isDirectory()) {
            throw new ConfigException("--report", "the folder of " + report + " does not exist");
        }
        return new DemoOptions(
                headless,
                untilWinRate,
                maxVersions,
                Duration.ofMillis(Math.round(maxMinutes * 60_000)),
                report,
                stepsPerVersion,
                evaluationQuestions,
                users,
                seed,
                keep,
                ports);
    }
}
