package dev.attune.quickstart.bench.publisher;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.kit.Checks;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./attune bench publisher}. */
@Command(
        name = "publisher",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures from a checkpoint's event to its proof on every replica, by phase. The publisher is a process with a small"
                    + " heap; the replicas take no time, so that all of it is the publisher's own.",
            ""
        })
@SuppressWarnings("NullAway.Init") // picocli sets the options.
public final class PublisherBenchCommand implements Callable<Integer> {

    @Option(names = "--report", required = true, paramLabel = "FILE", description = "Write everything as JSON.")
    private Path report;

    @Option(
            names = "--megabytes",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,50,300",
            description = "Sizes of adapters (default: ${DEFAULT-VALUE}).")
    private List<Integer> megabytes;

    @Option(
            names = "--replicas",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,4,16",
            description = "Numbers of replicas (default: ${DEFAULT-VALUE}).")
    private List<Integer> replicas;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Releases that count, after one that does not (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Path folder = report.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new ConfigException("--report", "the folder of " + report + " does not exist");
        }
        megabytes.forEach(each -> Checks.between("--megabytes", each, 1, 2_000));
        replicas.forEach(each -> Checks.between("--replicas", each, 1, 256));
        Checks.between("--rounds", rounds, 1, 100);
        PublisherReport result = new PublisherBench(
                        megabytes, replicas, rounds, spec.commandLine().getOut())
                .run();
        Files.write(report, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(result));
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%nratioToGoal %.2f (the goal: %.0f s for %d MB on %d replicas); everything is in %s%n",
                        result.ratioToGoal(),
                        result.goalSeconds(),
                        result.goalMegabytes(),
                        result.goalReplicas(),
                        report);
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
