package dev.attune.ingest.replay;

import dev.attune.kit.Checks;
import dev.attune.kit.CommandLines;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ExitCode;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a replay. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Sends a labelled dataset to a gateway as completions and feedback. Sent twice, it counts once.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything was acknowledged",
            "1:events were refused, or the gateway stopped taking them",
            "2:a wrong option, a bad file (nothing was sent), a wrong address or key"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the options.
public final class ReplayMain implements Callable<Integer> {
    private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(2);

    @Option(
            names = "--format",
            required = true,
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES}, in any case.")
    private Format format;

    @Option(names = "--file", required = true, paramLabel = "FILE", description = "The dataset.")
    private Path file;

    @Option(
            names = "--gateway",
            required = true,
            paramLabel = "URL",
            description = "For example http://localhost:8080.")
    private URI gateway;

    @Option(
            names = "--api-key",
            required = true,
            paramLabel = "KEY",
            defaultValue = "${env:ATTUNE_API_KEY}",
            description = "The tenant's API key; by default the environment's ATTUNE_API_KEY.")
    private String apiKey;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            defaultValue = "16",
            description = "Rows in flight at once, 1 to 256 (default: ${DEFAULT-VALUE}).")
    private int concurrency;

    @Option(names = "--limit", paramLabel = "N", description = "Send only the first N rows.")
    private @Nullable Long limit;

    @Option(names = "--model-id", paramLabel = "ID", description = "The model family; by default the gateway's.")
    private @Nullable String modelId;

    @Option(
            names = "--user-prefix",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Put before the dataset's user names, so that users of two datasets are different people.")
    private String userPrefix;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description =
                    "How long an event is sent again while the gateway cannot take it, 1 to 3600 (default: ${DEFAULT-VALUE}).")
    private int patienceSeconds;

    @Spec
    private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(CommandLines.run(new ReplayMain(), arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        Checks.between("--concurrency", concurrency, 1, 256);
        Checks.between("--patience", patienceSeconds, 1, 3600);
        long most = limit == null ? Long.MAX_VALUE : limit;
        Checks.atLeast("--limit", most, 1);
        PrintWriter messages = spec.commandLine().getErr();
        long rows = Dataset.check(format, file, most);
        Tally tally = new Tally();
        long begin = System.nanoTime();
        try (Dataset dataset = Dataset.open(format, file);
                GatewayClient client = new GatewayClient(base(gateway), apiKey, Duration.ofSeconds(patienceSeconds));
                ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
            ScheduledFuture<?> progress = clock.scheduleAtFixedRate(
                    () -> progress(messages, tally.summary(), rows, begin),
                    PROGRESS_INTERVAL.toMillis(),
                    PROGRESS_INTERVAL.toMillis(),
                    TimeUnit.MILLISECONDS);
            try {
                new Replay(dataset, new EventBodies(modelId, userPrefix), client, tally, messages, most)
                        .run(concurrency);
            } finally {
                progress.cancel(false);
            }
        } catch (ReplayFailedException e) {
            messages.println("replay: " + e.getMessage() + "; run it again: what was stored counts once");
            report(tally.summary(), begin);
            return ExitCode.FAILED;
        }
        report(tally.summary(), begin);
        return tally.summary().refusedInAll() == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private static URI base(URI gateway) {
        String text = gateway.toString();
        if (!text.matches("https?://[^/]+/*")) {
            throw new ConfigException(
                    "--gateway", "must be http://HOST:PORT or https://HOST:PORT, but is '" + text + "'");
        }
        return URI.create(text.replaceAll("/+$", ""));
    }

    private static void progress(PrintWriter messages, Tally.Summary now, long rows, long begin) {
        messages.printf(
                "replay: %d of %d rows, %d events, %.0f events/s%n",
                now.rows(), rows, now.events(), now.events() / seconds(begin));
        messages.flush();
    }

    private void report(Tally.Summary summary, long begin) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("rows         %d%n", summary.rows());
        out.printf("completions  %d%n", summary.completions());
        out.printf("feedback     %d%n", summary.feedback());
        out.printf("refused      %d%s%n", summary.refusedInAll(), reasons(summary.refused()));
        out.printf("skipped      %d%n", summary.skipped());
        out.printf("seconds      %.1f%n", seconds(begin));
        out.flush();
    }

    private static String reasons(Map<String, Long> refused) {
        return refused.isEmpty()
                ? ""
                : refused.entrySet().stream()
                        .map(one -> one.getKey() + " " + one.getValue())
                        .collect(Collectors.joining(", ", " (", ")"));
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }
}
