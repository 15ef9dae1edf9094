package dev.attune.quickstart.bench.pairing;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./attune bench pairing}. */
@Command(
        name = "pairing",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures the pairing application with a seeded load: three completions a turn, 15%% of the events late and 15%%"
                    + " sent twice, 5%% changed minds. Beside it, in turn, a topology that only passes the same events on with"
                    + " the same serdes, repartitions and transactions: ratioToIdentity is what the work itself leaves.",
            "./attune starts it with a heap of 6 GB that is there from the beginning (-Xms6g -Xmx6g -Xmn4g"
                    + " -XX:+AlwaysPreTouch), so that no heap grows while it measures. ATTUNE_JAVA_OPTS wins: with less memory"
                    + " ATTUNE_JAVA_OPTS=\"-Xms2g -Xmx2g -Xmn1g\".",
            ""
        })
@SuppressWarnings("NullAway.Init") // picocli sets the options.
public final class PairingBenchCommand implements Callable<Integer> {
    @Option(names = "--report", required = true, paramLabel = "FILE", description = "Write everything as JSON.")
    private Path report;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "2000000",
            description = "Events of a round's backlog (default: ${DEFAULT-VALUE}).")
    private long events;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "3",
            description =
                    "Rounds before them that do not count: the JIT compiler is at work in them. Of several numbers of"
                            + " partitions each after the first has one. None with --open-turns (default: ${DEFAULT-VALUE}).")
    private int warmUpRounds;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            split = ",",
            defaultValue = "4",
            description = "Partitions of every topic; 1,4,16 measures three times (default: ${DEFAULT-VALUE}).")
    private List<Integer> partitions;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "2",
            description = "Stream threads (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--open-turns",
            paramLabel = "N",
            defaultValue = "0",
            description = "Turns that pairing knows already; a million takes minutes to load (default: none).")
    private long openTurns;

    @Option(
            names = "--hot-prompt",
            description =
                    "All turns ask the same. A round then ends with the prompt's pairs; the report says how long after"
                            + " its last judged answer they came, and how long a thread stood still.")
    private boolean hotPrompt;

    @Option(
            names = "--budgets",
            paramLabel = "N",
            arity = "1",
            split = ",",
            description =
                    "Bound pairs across prompts, which adds pairing's third stage: 50,20000 for 50 pairs of a user and"
                            + " 20000 of the tenant in a day, 0 for no bound (default: no third stage).")
    private List<Integer> budgets = List.of();

    @Option(
            names = "--latency-seconds",
            paramLabel = "N",
            defaultValue = "15",
            description = "How long latency is measured at a steady rate, 0: not at all (default: ${DEFAULT-VALUE}).")
    private int latencySeconds;

    @Option(
            names = "--latency-share",
            paramLabel = "SHARE",
            defaultValue = "0.5",
            description = "That rate as a share of the measured one (default: ${DEFAULT-VALUE}).")
    private double latencyShare;

    @Option(
            names = "--kafka",
            paramLabel = "NAME=VALUE",
            description = "A setting of Kafka's clients and Streams, as under kafka.properties; may be repeated.")
    private Map<String, String> kafka = Map.of();

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of the load (default: 1).")
    private long seed;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PairingBenchOptions options = new PairingBenchOptions(
                events,
                rounds,
                warmUpRounds,
                partitions,
                threads,
                openTurns,
                hotPrompt,
                Budgets.of(budgets),
                latencySeconds,
                latencyShare,
                kafka,
                seed);
        Path folder = report.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new ConfigException("--report", "the folder of " + report + " does not exist");
        }
        PairingReport result;
        try {
            result = new PairingBench(options, spec.commandLine().getOut()).run();
        } catch (InterruptedException stopped) {
            return ExitCode.FAILED;
        }
        Files.write(report, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(result));
        Double ratio = result.ratioToIdentity();
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%npairing %,.0f events/s%s; everything is in %s%n",
                        result.eventsPerSecond(),
                        ratio == null ? "" : ", %.2f of the identity topology".formatted(ratio),
                        report);
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
