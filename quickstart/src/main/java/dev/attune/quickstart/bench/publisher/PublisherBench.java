package dev.attune.quickstart.bench.publisher;

import dev.attune.artifacts.Digests;
import dev.attune.events.CheckpointCommitted;
import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import dev.attune.quickstart.bench.BenchPlatform;
import dev.attune.quickstart.bench.publisher.PublisherReport.Scenario;
import dev.attune.schemas.TopicReader;
import dev.attune.schemas.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** From a checkpoint's event to its proof on every replica, by phase, for adapters of several sizes on several replicas. */
final class PublisherBench {

    static final double GOAL_SECONDS = 2;
    static final int GOAL_MEGABYTES = 50;
    static final int GOAL_REPLICAS = 16;

    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(20);

    private final List<Integer> megabytes;
    private final List<Integer> replicas;
    private final int rounds;
    private final PrintWriter progress;
    private double peakMegabytes;

    PublisherBench(List<Integer> megabytes, List<Integer> replicas, int rounds, PrintWriter progress) {
        this.megabytes = List.copyOf(megabytes);
        this.replicas = List.copyOf(replicas);
        this.rounds = rounds;
        this.progress = progress;
    }

    PublisherReport run() throws IOException, ExecutionException, InterruptedException {
        say("bench publisher: " + rounds + " rounds each; starting broker and registry");
        List<Scenario> scenarios = new ArrayList<>();
        try (BenchPlatform platform = BenchPlatform.start()) {
            for (int size : megabytes) {
                for (int count : replicas) {
                    Scenario scenario = scenario(platform, size, count);
                    scenarios.add(scenario);
                    say(line(scenario));
                }
            }
        }
        double ratio = scenarios.stream()
                .filter(one -> one.wantedMegabytes() == GOAL_MEGABYTES && one.replicas() == GOAL_REPLICAS)
                .mapToDouble(one -> GOAL_SECONDS / one.seconds())
                .findFirst()
                .orElse(Double.NaN);
        return new PublisherReport(
                GOAL_SECONDS,
                GOAL_MEGABYTES,
                GOAL_REPLICAS,
                ratio,
                MeasuredPublisher.JVM_OPTIONS,
                Runtime.version().toString(),
                Runtime.getRuntime().availableProcessors(),
                scenarios);
    }

    private Scenario scenario(BenchPlatform platform, int size, int count)
            throws IOException, ExecutionException, InterruptedException {
        peakMegabytes = 0;
        String modelId = "m" + size + "-" + count;
        Topics topics = platform.createTopics("publisher-" + modelId, 1);
        Path folder = Files.createDirectories(platform.folder().resolve(modelId));
        BenchCheckpoints checkpoints = new BenchCheckpoints(folder.resolve("checkpoints"), modelId, size);
        List<InstantReplica> serving =
                IntStream.range(0, count).mapToObj(i -> new InstantReplica()).toList();
        try (MeasuredPublisher publisher =
                        MeasuredPublisher.start(platform, topics, modelId, checkpoints.base(), folder, serving);
                KafkaProducer<String, CheckpointCommitted> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", platform.bootstrapServers()),
                        new StringSerializer(),
                        platform.serdes().serializer(CheckpointCommitted.class));
                TopicReader<ReleaseChanged> releases = releases(platform, topics)) {
            List<SortedMap<String, Double>> measured = new ArrayList<>();
            // The first one finds a JVM that has run nothing yet.
            for (int round = 0; round <= rounds; round++) {
                CheckpointCommitted checkpoint = checkpoints.next();
                Instant sent = Instant.now();
                producer.send(new ProducerRecord<>(
                                topics.checkpoints().name(),
                                Topics.key(BenchCheckpoints.TENANT, modelId, checkpoint.getVersion()),
                                checkpoint))
                        .get();
                Map<ReleaseState, Instant> times = awaitPromotion(publisher, releases, checkpoint.getVersion());
                if (round > 0) {
                    measured.add(phases(sent, times));
                }
            }
            return new Scenario(
                    size,
                    Files.size(checkpoints.weights()) / 1e6,
                    count,
                    median(measured, "total"),
                    medians(measured),
                    digestSeconds(checkpoints.weights()),
                    peakMegabytes,
                    measured.stream()
                            .map(phases -> phases.getOrDefault("total", 0.0))
                            .toList());
        } finally {
            serving.forEach(InstantReplica::close);
            BenchPlatform.delete(folder);
        }
    }

    private static TopicReader<ReleaseChanged> releases(BenchPlatform platform, Topics topics) {
        return new TopicReader<>(
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, platform.bootstrapServers(),
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "20"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer()),
                topics.releases().name(),
                platform.serdes().deserializer(ReleaseChanged.class));
    }

    private Map<ReleaseState, Instant> awaitPromotion(
            MeasuredPublisher publisher, TopicReader<ReleaseChanged> releases, String version) throws IOException {
        Map<ReleaseState, Instant> times = new EnumMap<>(ReleaseState.class);
        long begun = System.nanoTime();
        while (!times.containsKey(ReleaseState.PROMOTED)) {
            releases.poll(POLL, event -> {
                if (event.getVersion().equals(version)) {
                    times.put(event.getState(), event.getOccurredAt());
                    if (event.getState() == ReleaseState.REJECTED) {
                        throw new IllegalStateException(version + " was rejected: " + event.getDetail());
                    }
                }
            });
            publisher.requireAlive();
            peakMegabytes = Math.max(peakMegabytes, publisher.megabytes());
            if (System.nanoTime() - begun > BOUND.toNanos()) {
                throw new IllegalStateException(version + " is not promoted:\n" + publisher.logTail());
            }
        }
        return times;
    }

    /** In seconds; by the clock of this machine, which all processes share. */
    private static SortedMap<String, Double> phases(Instant sent, Map<ReleaseState, Instant> times) {
        SortedMap<String, Double> phases = new TreeMap<>();
        Instant before = sent;
        Map<String, ReleaseState> ends = new TreeMap<>(Map.of(
                "1 heard", ReleaseState.RECEIVED,
                "2 validated", ReleaseState.VALIDATED,
                "3 stored", ReleaseState.STORED,
                "4 loaded", ReleaseState.LOADED,
                "5 verified", ReleaseState.VERIFIED));
        for (Map.Entry<String, ReleaseState> phase : ends.entrySet()) {
            Instant end = times.getOrDefault(phase.getValue(), before);
            phases.put(phase.getKey(), seconds(before, end));
            before = end;
        }
        phases.put("total", seconds(sent, before));
        return phases;
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }

    private static SortedMap<String, Double> medians(List<SortedMap<String, Double>> measured) {
        SortedMap<String, Double> medians = new TreeMap<>();
        measured.getFirst().keySet().forEach(phase -> medians.put(phase, median(measured, phase)));
        return medians;
    }

    private static double median(List<SortedMap<String, Double>> measured, String phase) {
        double[] sorted = measured.stream()
                .mapToDouble(phases -> phases.getOrDefault(phase, 0.0))
                .sorted()
                .toArray();
        return sorted[sorted.length / 2];
    }

    private static double digestSeconds(Path weights) throws IOException {
        long begun = System.nanoTime();
        Digests.sha256(weights);
        return (System.nanoTime() - begun) / 1e9;
    }

    private static String line(Scenario scenario) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "  %3.0f MB on %2d replicas: %.2f s to verified",
                scenario.megabytes(),
                scenario.replicas(),
                scenario.seconds()));
        scenario.phases().forEach((phase, seconds) -> {
            if (!phase.equals("total")) {
                line.append(String.format(Locale.ROOT, ", %s %.2f", phase.substring(2), seconds));
            }
        });
        return line.append(String.format(Locale.ROOT, "; at most %.0f MB of memory", scenario.peakMegabytes()))
                .toString();
    }

    private void say(String line) {
        progress.println(line);
        progress.flush();
    }
}
