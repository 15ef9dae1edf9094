package dev.attune.quickstart.bench.pairing;

import dev.attune.ingest.pairing.PairingConfig;
import dev.attune.quickstart.bench.BenchPlatform;
import dev.attune.quickstart.bench.Spread;
import dev.attune.quickstart.bench.pairing.DrainWatch.Sample;
import dev.attune.quickstart.bench.pairing.PairingReport.Drain;
import dev.attune.quickstart.bench.pairing.PairingReport.Latency;
import dev.attune.quickstart.bench.pairing.PairingReport.Round;
import dev.attune.quickstart.bench.pairing.PairingReport.Scenario;
import dev.attune.quickstart.bench.pairing.PairingReport.Setup;
import dev.attune.quickstart.process.Interruption;
import dev.attune.schemas.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Measures pairing beside the identity topology: both work off a backlog of the same load, one after the other, each
 * with fresh topics and a fresh application. Rounds before the first are not counted: they warm the JVM and the broker, unless
 * the loading of open turns does.
 */
final class PairingBench {
    /** The identity topology is so much faster that a smaller backlog would be over before it runs evenly. */
    private static final long IDENTITY_EVENTS = 2_000_000;
    /** But no more than so many times pairing's: a short round is to stay short. */
    private static final long MOST_TIMES_EVENTS = 10;
    /** Enough for the JIT compiler. */
    private static final long WARM_UP_EVENTS = 600_000;
    /** Topics that are named on the screen; the report has all. */
    private static final int MOST_TOPICS = 5;

    private final PairingBenchOptions options;
    private final PrintWriter progress;
    private int runs;

    /** What pairing did in one round, and what is only measured in the last. */
    private record PairingRun(
            Drain drain,
            long openTurns,
            double stateBytesPerOpenTurn,
            SortedMap<String, Double> recordsPerEvent,
            @Nullable Latency latency) {}

    PairingBench(PairingBenchOptions options, PrintWriter progress) {
        this.options = options;
        this.progress = progress;
    }

    PairingReport run() throws IOException, ExecutionException, InterruptedException {
        try (Interruption interruption = Interruption.ofCurrentThread("attune bench pairing")) {
            interruption.hold();
            say("bench pairing: %,d events a round, %d rounds, %d threads; starting broker and registry"
                    .formatted(options.events(), options.rounds(), options.threads()));
            try (BenchPlatform platform = BenchPlatform.start()) {
                interruption.release();
                return report(platform, interruption);
            } catch (Throwable e) {
                if (interruption.requested()) {
                    say("stopped, there is no report");
                    throw (InterruptedException) new InterruptedException("stopped").initCause(e);
                }
                throw e;
            }
        }
    }

    private PairingReport report(BenchPlatform platform, Interruption interruption)
            throws IOException, ExecutionException, InterruptedException {
        try {
            List<Scenario> scenarios = new ArrayList<>();
            for (int partitions : options.partitions()) {
                scenarios.add(scenario(platform, interruption, partitions, scenarios.isEmpty()));
            }
            Scenario first = scenarios.getFirst();
            return new PairingReport(
                    first.eventsPerSecond().median(),
                    first.ratioToIdentity() == null
                            ? null
                            : first.ratioToIdentity().median(),
                    first.eventToPairMillis(),
                    first.stateBytesPerOpenTurn(),
                    setup(),
                    scenarios);
        } finally {
            interruption.hold();
        }
    }

    private Scenario scenario(BenchPlatform platform, Interruption interruption, int partitions, boolean firstScenario)
            throws IOException, ExecutionException, InterruptedException {
        say("");
        say(partitions + " partitions");
        List<Round> rounds = new ArrayList<>();
        PairingRun last = null;
        for (int round = 1 - options.warmUps(firstScenario); round <= options.rounds(); round++) {
            interruption.check();
            boolean isLast = round == options.rounds();
            long events = round < 1 ? Math.min(options.events(), WARM_UP_EVENTS) : options.events();
            last = pairing(platform, partitions, events, isLast);
            interruption.check();
            Drain identity = options.compares() ? identity(platform, partitions, identityEvents(events)) : null;
            Round measured = new Round(last.drain(), identity);
            say("  %-9s pairing %,8.0f events/s   %s"
                    .formatted(
                            round < 1 ? "warm-up" : "round " + round,
                            last.drain().eventsPerSecond(),
                            identity == null
                                    ? ""
                                    : "identity %,8.0f events/s   ratio %.2f"
                                            .formatted(identity.eventsPerSecond(), measured.ratio())));
            if (round > 0) {
                rounds.add(measured);
            }
        }
        return scenario(partitions, rounds, Objects.requireNonNull(last));
    }

    private Scenario scenario(int partitions, List<Round> rounds, PairingRun last) {
        Latency latency = last.latency();
        say("  pauses    the longest between two commits %.1f s"
                .formatted(last.drain().longestPauseSeconds()));
        sayLook(last.drain());
        say("  state     %,.0f bytes an open turn, %,d open turns"
                .formatted(last.stateBytesPerOpenTurn(), last.openTurns()));
        say("  records   %.1f an event, itself and changelogs included; the most: %s"
                .formatted(
                        last.recordsPerEvent().values().stream()
                                .mapToDouble(Double::doubleValue)
                                .sum(),
                        most(last.recordsPerEvent())));
        if (latency != null) {
            say("  latency   p50 %.0f ms, p99 %.0f ms from event to pair at %,.0f events/s; quiet period %d ms in it"
                    .formatted(
                            latency.p50(),
                            latency.p99(),
                            latency.eventsPerSecond(),
                            PairingSettings.QUIET_PERIOD.toMillis()));
        }
        boolean compares = options.compares();
        return new Scenario(
                partitions,
                Spread.of(rounds.stream()
                        .map(round -> round.pairing().eventsPerSecond())
                        .toList()),
                compares
                        ? Spread.of(
                                rounds.stream().map(PairingBench::identityRate).toList())
                        : null,
                compares ? Spread.of(rounds.stream().map(Round::ratio).toList()) : null,
                last.stateBytesPerOpenTurn(),
                last.openTurns(),
                last.recordsPerEvent(),
                latency,
                rounds);
    }

    private void sayLook(Drain drain) {
        if (options.hotPrompt()) {
            String pairs = drain.lookSeconds() == null
                    ? "no pair changed after the last judged answer"
                    : "pairs %.1f s after the last judged answer".formatted(drain.lookSeconds());
            say("  look      %s; a thread stood still for %.2f s at most"
                    .formatted(pairs, drain.longestStandstillSeconds()));
        }
    }

    private static String most(Map<String, Double> recordsPerEvent) {
        return recordsPerEvent.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .limit(MOST_TOPICS)
                .map(topic -> "%s %.2f".formatted(topic.getKey(), topic.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static double identityRate(Round round) {
        return round.identity() == null ? Double.NaN : round.identity().eventsPerSecond();
    }

    private PairingRun pairing(BenchPlatform platform, int partitions, long backlog, boolean isLast)
            throws IOException, ExecutionException, InterruptedException {
        Topics topics = platform.createTopics("pairing-" + runs++, partitions);
        PairingConfig config = PairingSettings.of(platform, topics, options);
        Turns turns = new Turns(new Random(options.seed()), options.prompts(), "m");
        LoadGenerator load = new LoadGenerator(new Random(options.seed()), turns);
        OpenTurns open = new OpenTurns(options.openTurns(), options.seed());
        Drain drain;
        SortedMap<String, Double> records = new TreeMap<>();
        Latency latency = null;
        PairingUnderTest system;
        try (LoadSender sender = new LoadSender(platform, topics)) {
            sender.send(open, open.events());
            if (open.events() == 0) {
                sender.send(load, backlog);
            }
            system = new PairingUnderTest(topics, config, options);
            try (system) {
                DrainWatch watch = new DrainWatch(platform.admin(), system);
                if (open.events() > 0) {
                    watch.await(open.events(), sample -> loading(sample, open.events()));
                    sender.send(load, backlog);
                }
                long events = open.events() + backlog;
                drain = drain(watch.await(events, sample -> {}), open.events());
                platform.records(topics).forEach((topic, count) -> records.put(topic, (double) count / events));
                if (isLast && options.latencySeconds() > 0) {
                    latency = new LatencyProbe(platform, topics)
                            .measure(load, drain.eventsPerSecond() * options.latencyShare(), options.latency());
                }
            }
        }
        long openTurns = turns.count() + options.openTurns();
        PairingRun run = new PairingRun(drain, openTurns, (double) system.stateBytes() / openTurns, records, latency);
        BenchPlatform.delete(config.stateDir());
        platform.deleteTopics(topics);
        return run;
    }

    private Drain identity(BenchPlatform platform, int partitions, long events)
            throws IOException, ExecutionException, InterruptedException {
        Topics topics = platform.createTopics("identity-" + runs++, partitions);
        PairingConfig config = PairingSettings.of(platform, topics, options);
        LoadGenerator load = new LoadGenerator(
                new Random(options.seed()), new Turns(new Random(options.seed()), options.prompts(), "m"));
        try (LoadSender sender = new LoadSender(platform, topics)) {
            sender.send(load, events);
        }
        try (IdentityUnderTest system = new IdentityUnderTest(platform, topics, partitions, config)) {
            return drain(new DrainWatch(platform.admin(), system).await(events, sample -> {}), 0);
        } finally {
            platform.deleteTopics(topics);
        }
    }

    private static long identityEvents(long events) {
        return Math.max(events, Math.min(IDENTITY_EVENTS, MOST_TIMES_EVENTS * events));
    }

    private Drain drain(List<Sample> samples, long before) {
        return options.hotPrompt() ? DrainFigures.ofHotPrompt(samples, before) : DrainFigures.of(samples, before);
    }

    private long lastLine = System.nanoTime();

    private void loading(Sample sample, long events) {
        if (sample.nanos() - lastLine > 5_000_000_000L) {
            lastLine = sample.nanos();
            say("  opening turns: %,d of %,d events".formatted(sample.events(), events));
        }
    }

    private Setup setup() {
        return new Setup(
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory(),
                jvmOptions(),
                Runtime.version().toString(),
                options.threads(),
                options.events(),
                options.rounds(),
                options.warmUpRounds(),
                options.openTurns(),
                options.hotPrompt(),
                options.budgets(),
                options.kafka(),
                options.seed(),
                Turns.COMPLETIONS,
                LoadGenerator.LATE,
                LoadGenerator.REPEATED,
                Turns.CHANGED_MINDS,
                PairingSettings.QUIET_PERIOD.toMillis());
    }

    private static List<String> jvmOptions() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-X"))
                .toList();
    }

    private void say(String line) {
        progress.println(line);
        progress.flush();
    }
}
