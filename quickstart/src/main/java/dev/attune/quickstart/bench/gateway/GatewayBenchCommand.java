package dev.attune.quickstart.bench.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
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

/** {@code ./attune bench gateway}. */
@Command(
        name = "gateway",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures what the gateway takes over HTTP, single events and batches. In turn with it run, in the same rounds: a bare"
                    + " producer of the same records with the same settings, a handler that only produces, and the gateway"
                    + " without Kafka.",
            ""
        })
@SuppressWarnings("NullAway.Init") // picocli sets the options.
public final class GatewayBenchCommand implements Callable<Integer> {
    @Option(names = "--report", required = true, paramLabel = "FILE", description = "Write everything as JSON.")
    private Path report;

    @Option(
            names = "--connections",
            split = ",",
            paramLabel = "N",
            defaultValue = "64,512",
            description = "Numbers of connections; the ratios are those of the first (default: ${DEFAULT-VALUE}).")
    private List<Integer> connections;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "50",
            description = "Events of a batch (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Length of each measurement (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "2",
            description =
                    "Rounds before them that do not count: the JIT compilers are at work in them (default: ${DEFAULT-VALUE}).")
    private int warmUpRounds;

    @Option(
            names = "--starts",
            paramLabel = "N",
            defaultValue = "5",
            description = "Starts of the gateway that are timed (default: ${DEFAULT-VALUE}).")
    private int starts;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of the load (default: 1).")
    private long seed;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Path folder = report.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new ConfigException("--report", "the folder of " + report + " does not exist");
        }
        GatewayBenchOptions options =
                new GatewayBenchOptions(connections, batch, seconds, rounds, warmUpRounds, starts, seed);
        GatewayReport result = new GatewayBench(options, spec.commandLine().getOut()).run();
        Files.write(report, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(result));
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%nbatchRatioToProducer %.2f, singleRatioToHandler %.2f, startup %.2f s; everything is in %s%n",
                        result.batchRatioToProducer(),
                        result.singleRatioToHandler(),
                        result.startupSeconds().median(),
                        report);
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
