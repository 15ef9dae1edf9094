package dev.attune.quickstart.bench.gateway;

import dev.attune.quickstart.bench.BenchPlatform;
import dev.attune.quickstart.bench.Spread;
import dev.attune.schemas.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;

/** Runs the gateway and what it is compared with in turn, round by round: the machine's hour touches all of them alike. */
final class GatewayBench {
    /** What is measured has a small heap, as a gateway in a cluster has. */
    private static final List<String> JVM_OPTIONS = List.of("-Xms512m", "-Xmx512m", "-XX:+UseParallelGC");

    private static final int PARTITIONS = 4;
    private static final int SINGLES = 20_000;
    private static final int BATCHES = 400;
    private static final int STORED_EVENTS = 2_000;
    private static final Duration BEFORE = Duration.ofSeconds(3);

    private final GatewayBenchOptions options;
    private final PrintWriter out;

    GatewayBench(GatewayBenchOptions options, PrintWriter out) {
        this.options = options;
        this.out = out;
    }

    GatewayReport run() throws IOException, InterruptedException, ExecutionException {
        say(String.format(
                Locale.ROOT,
                "bench gateway: %d rounds of %d s each; starting broker and registry%n",
                options.rounds(),
                options.seconds()));
        try (BenchPlatform platform = BenchPlatform.start()) {
            ServersUnderTest servers = new ServersUnderTest(platform, JVM_OPTIONS);
            Topics ours = platform.createTopics("gateway", PARTITIONS);
            Topics theirs = platform.createTopics("baseline", PARTITIONS);
            Startup startup = Startup.measure(options.starts(), () -> servers.gateway(ours));
            say(String.format(
                    Locale.ROOT,
                    "startup   %.2f s until it answers, %.2f s until it takes events%n",
                    startup.answers().median(),
                    startup.ready().median()));
            Requests requests = new Requests(options.seed(), ServersUnderTest.KEY);
            List<byte[]> singles = requests.singles(SINGLES);
            List<byte[]> batches = requests.batches(BATCHES, options.batch());
            try (ServerProcess gateway = servers.gateway(ours)) {
                gateway.secondsUntil("/health/ready");
                HttpLoad.run(gateway.port(), options.connections().getFirst(), singles, 1, BEFORE);
                StoredEvents stored = StoredEvents.read(platform, ours, STORED_EVENTS);
                Path file = platform.folder().resolve("records.bin");
                stored.write(file);
                try (ServerProcess withoutKafka = servers.gatewayWithoutKafka(ours);
                        ServerProcess produceOnly = servers.produceOnly(theirs, file);
                        BareProducer producer = new BareProducer(
                                ServersUnderTest.producerSettings(platform.bootstrapServers()),
                                stored.records(theirs))) {
                    withoutKafka.secondsUntil("/health/ready");
                    produceOnly.secondsUntil("/health/ready");
                    List<Measured> measured = new ArrayList<>();
                    for (int connections : options.connections()) {
                        measured.add(new Measured(
                                connections, options.batch(), batches, gateway, withoutKafka, Baseline.of(producer)));
                        measured.add(new Measured(
                                connections, 1, singles, gateway, withoutKafka, Baseline.of(produceOnly, singles)));
                    }
                    rounds(measured);
                    return report(startup, stored, measured);
                }
            }
        }
    }

    private void rounds(List<Measured> measured) throws IOException, InterruptedException {
        Duration length = Duration.ofSeconds(options.seconds());
        for (int round = 1 - options.warmUpRounds(); round <= options.rounds(); round++) {
            boolean counts = round > 0;
            say(String.format(Locale.ROOT, "%n%s%n", counts ? "round " + round : "warm-up"));
            for (Measured each : measured) {
                GatewayReport.Round rates = each.round(length, counts);
                say(String.format(
                        Locale.ROOT,
                        "  %4d connections, %-12s gateway %,8.0f events/s   %-14s %,9.0f   ratio %.2f   without Kafka %,9.0f%n",
                        each.connections(),
                        each.batch() == 1 ? "singles" : "batches of " + each.batch(),
                        rates.gateway(),
                        each.batch() == 1 ? "only produces" : "bare producer",
                        rates.baseline(),
                        rates.ratio(),
                        rates.withoutKafka()));
            }
        }
    }

    private GatewayReport report(Startup startup, StoredEvents stored, List<Measured> measured) {
        List<GatewayReport.Scenario> scenarios =
                measured.stream().map(Measured::scenario).toList();
        double bytes = stored.events().stream()
                .mapToInt(event -> event.value().length)
                .average()
                .orElse(0);
        return new GatewayReport(
                scenarios.get(0).ratio().median(),
                scenarios.get(1).ratio().median(),
                startup.answers(),
                startup.ready(),
                new GatewayReport.Setup(
                        Runtime.getRuntime().availableProcessors(),
                        JVM_OPTIONS,
                        Runtime.version().toString(),
                        options.rounds(),
                        options.warmUpRounds(),
                        options.seconds(),
                        options.batch(),
                        bytes,
                        PARTITIONS,
                        options.seed()),
                scenarios);
    }

    /** Times from the start of a gateway's process. */
    private record Startup(Spread answers, Spread ready) {
        interface Start {
            ServerProcess process() throws IOException;
        }

        static Startup measure(int starts, Start start) throws IOException, InterruptedException {
            List<Double> answers = new ArrayList<>();
            List<Double> ready = new ArrayList<>();
            for (int i = 0; i < starts; i++) {
                try (ServerProcess process = start.process()) {
                    answers.add(process.secondsUntil("/health/live"));
                    ready.add(process.secondsUntil("/health/ready"));
                }
            }
            return new Startup(Spread.of(answers), Spread.of(ready));
        }
    }

    private void say(String text) {
        out.print(text);
        out.flush();
    }
}
