package dev.attune.quickstart.bench.canary;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ExitCode;
import dev.attune.publisher.canary.plan.CanaryScenario;
import dev.attune.publisher.canary.plan.CanarySimulation;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./attune bench canary}. */
@Command(
        name = "canary",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Simulates canaries with users who toss coins, and looks at the evidence after each: how often the judgement is"
                    + " wrong, and how many users it needs. The table is Markdown. At the margin itself, where the canary is"
                    + " worse by exactly that much, each decision is wrong, and must be rare.",
            ""
        })
@SuppressWarnings("NullAway.Init") // picocli sets the options.
public final class CanaryBenchCommand implements Callable<Integer> {
    private static final double ALPHA = 0.05;
    private static final int REASONS = 6;

    @Option(names = "--report", required = true, paramLabel = "FILE", description = "Write everything as JSON.")
    private Path report;

    @Option(names = "--plot", paramLabel = "FILE", description = "Draw the evidence on four canaries as a PNG.")
    private @Nullable Path plot;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Canaries of each kind (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--users",
            paramLabel = "N",
            defaultValue = "20000",
            description = "After so many users with feedback a canary ends undecided (default: ${DEFAULT-VALUE}).")
    private int users;

    @Option(names = "--stable", paramLabel = "RATE", defaultValue = "0.7", description = "The stable win rate.")
    private double stable;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of the coins (default: 1).")
    private long seed;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Path folder = report.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new ConfigException("--report", "the folder of " + report + " does not exist");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(CanaryRow.HEADER);
        List<CanaryRow> rows = new ArrayList<>();
        for (double margin : new double[] {0.1, 0.05}) {
            for (double share : new double[] {0.1, 0.5}) {
                for (double margins : new double[] {1, 0, -1, -2, -3, -4}) {
                    CanaryScenario scenario =
                            new CanaryScenario(stable, margins * margin, share, margin, ALPHA, ALPHA / REASONS, users);
                    CanaryRow row = CanaryRow.of(scenario, CanarySimulation.run(scenario, runs, seed));
                    rows.add(row);
                    out.println(row.line());
                    out.flush();
                }
            }
        }
        Files.write(report, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(rows));
        if (plot != null) {
            CanaryPlot.write(plot, seed);
        }
        return ExitCode.OK;
    }
}
