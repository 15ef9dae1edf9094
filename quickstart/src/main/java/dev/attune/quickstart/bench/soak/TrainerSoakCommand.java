package dev.attune.quickstart.bench.soak;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./attune bench trainer-soak}. */
@Command(
        name = "trainer-soak",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Keeps a trainer with a tiny model busy for very many steps, with checkpoints, journal, held-out pairs and replay"
                    + " buffer, and looks into its process from outside: Java heap after a full collection, memory outside it,"
                    + " open files, journal, checkpoint folder. The report fits a line through the second half of each: what"
                    + " does not grow is flat. The ledger of trained pairs grows by design.",
            ""
        })
@SuppressWarnings("NullAway.Init") // picocli sets the options.
public final class TrainerSoakCommand implements Callable<Integer> {
    @Option(names = "--report", required = true, paramLabel = "FILE", description = "Write everything as JSON.")
    private Path report;

    @Option(names = "--plot", paramLabel = "FILE", description = "Draw it as a PNG.")
    private @Nullable Path plot;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Steps to take (default: ${DEFAULT-VALUE}).")
    private long steps;

    @Option(
            names = "--sample-every",
            paramLabel = "N",
            defaultValue = "100",
            description = "Steps between two looks (default: ${DEFAULT-VALUE}).")
    private long sampleEvery;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "4",
            description = "Fresh pairs in a step (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of the pairs (default: 1).")
    private long seed;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        requireFolder("--report", report);
        if (plot != null) {
            requireFolder("--plot", plot);
        }
        Path demoModel = Path.of(System.getProperty("attune.home", "."), "quickstart", "model");
        SoakOptions options = new SoakOptions(steps, sampleEvery, batch, demoModel, seed);
        SoakReport result;
        try {
            result = new TrainerSoak(options, spec.commandLine().getOut()).run();
        } catch (InterruptedException stopped) {
            return ExitCode.FAILED;
        }
        Files.write(report, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(result));
        if (plot != null) {
            SoakPlot.write(result.samples(), plot);
        }
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%n%,d steps at %.0f a second, %.0f bytes of heap a trained pair; everything is in %s%n",
                        result.steps(),
                        result.stepsPerSecond(),
                        result.heapBytesPerPair(),
                        report);
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }

    private static void requireFolder(String option, Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new ConfigException(option, "the folder of " + file + " does not exist");
        }
    }
}
