package dev.attune.quickstart.bench.pairing;

import dev.attune.events.PairOrigin;
import dev.attune.events.PreferencePair;
import dev.attune.quickstart.bench.BenchPlatform;
import dev.attune.quickstart.bench.pairing.PairingReport.Latency;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Sends at a steady rate, and measures how long after its newest event each pair reaches a consumer that reads what is
 * committed. Only first revisions count, and no pairs across turns: others may have waited for something else than an event.
 */
final class LatencyProbe {
    private static final Duration TICK = Duration.ofMillis(5);
    private static final Duration POLL = Duration.ofMillis(20);
    /** Not measured: the application has just been started, or was idle. */
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    private final BenchPlatform platform;
    private final Topics topics;

    LatencyProbe(BenchPlatform platform, Topics topics) {
        this.platform = platform;
        this.topics = topics;
    }

    Latency measure(Supplier<Load> load, double eventsPerSecond, Duration duration) throws InterruptedException {
        List<Double> millis = new ArrayList<>();
        try (KafkaConsumer<String, PreferencePair> consumer = new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                platform.bootstrapServers(),
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed"),
                        new StringDeserializer(),
                        platform.serdes().deserializer(PreferencePair.class));
                LoadSender sender = new LoadSender(platform, topics)) {
            List<TopicPartition> partitions = consumer
                    .partitionsFor(topics.preferencePairs().name())
                    .stream()
                    .map(one -> new TopicPartition(one.topic(), one.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            Instant measuredFrom = Instant.now().plus(WARM_UP);
            Thread sending = Thread.ofPlatform()
                    .name("bench-load")
                    .start(() -> send(sender, load, eventsPerSecond, duration.plus(WARM_UP)));
            long lastAlive = System.nanoTime();
            try {
                while (System.nanoTime() - lastAlive < DrainWatch.SETTLED.toNanos()) {
                    if (sending.isAlive()) {
                        lastAlive = System.nanoTime();
                    }
                    consumer.poll(POLL).forEach(record -> add(record.value(), measuredFrom, millis));
                }
            } finally {
                // Before its sender is closed; it has ended by itself unless this thread was interrupted.
                boolean interrupted = Thread.interrupted();
                sending.interrupt();
                sending.join();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
        Collections.sort(millis);
        return new Latency(
                quantile(millis, 0.5), quantile(millis, 0.99), quantile(millis, 1), millis.size(), eventsPerSecond);
    }

    private static void add(PreferencePair pair, Instant measuredFrom, List<Double> millis) {
        Instant now = Instant.now();
        Instant newest = pair.getLastEvidenceAt().isAfter(pair.getReceivedAt())
                ? pair.getLastEvidenceAt()
                : pair.getReceivedAt();
        boolean oneEventMadeIt = pair.getRevision() == 1 && pair.getOrigin() != PairOrigin.THUMBS_ACROSS_TURNS;
        if (oneEventMadeIt && !newest.isBefore(measuredFrom)) {
            millis.add(Duration.between(newest, now).toNanos() / 1e6);
        }
    }

    private static void send(LoadSender sender, Supplier<Load> load, double eventsPerSecond, Duration duration) {
        long begin = System.nanoTime();
        long sent = 0;
        try {
            for (long now = begin; now - begin < duration.toNanos(); now = System.nanoTime()) {
                for (; sent < eventsPerSecond * (now - begin) / 1e9; sent++) {
                    sender.send(load.get());
                }
                TimeUnit.NANOSECONDS.sleep(TICK.toNanos());
            }
            sender.flush();
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static double quantile(List<Double> sorted, double share) {
        return sorted.isEmpty()
                ? Double.NaN
                : sorted.get((int) Math.min(sorted.size() - 1, Math.ceil(share * sorted.size())));
    }
}
