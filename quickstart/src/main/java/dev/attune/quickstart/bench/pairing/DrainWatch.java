package dev.attune.quickstart.bench.pairing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Watches from outside how an application works off its input: what it has committed, and what it has committed to write. It is
 * done when all input is committed and nothing more comes out.
 */
final class DrainWatch {
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(100);
    /** Nothing more comes out where prompts are quiet. */
    static final Duration SETTLED = PairingSettings.QUIET_PERIOD.multipliedBy(3);

    private static final Duration STALLED = Duration.ofMinutes(2);

    /**
     * Where the application is.
     *
     * @param nanos since some moment
     * @param events of the input that are committed
     * @param read records of the input and of what is made of it before there are pairs
     * @param pairs that are out
     * @param longestStandstill of a stream thread since the first sample
     */
    record Sample(long nanos, long events, long read, long pairs, Duration longestStandstill) {}

    private record Positions(Map<TopicPartition, Long> committed, Map<TopicPartition, Long> written) {
        long events(List<String> inputs) {
            return of(committed, inputs);
        }

        long pairs(List<String> topics) {
            return of(written, topics);
        }

        private static long of(Map<TopicPartition, Long> offsets, List<String> topics) {
            return offsets.entrySet().stream()
                    .filter(entry -> topics.contains(entry.getKey().topic()))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
        }
    }

    private final Admin admin;
    private final SystemUnderTest system;
    private final List<TopicPartition> outputs;

    DrainWatch(Admin admin, SystemUnderTest system) throws ExecutionException, InterruptedException {
        this.admin = admin;
        this.system = system;
        this.outputs = admin.describeTopics(system.outputs()).allTopicNames().get().values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
    }

    /**
     * Waits until {@code events} input records are committed and nothing more comes out.
     *
     * @return how it went, from the first commit to the last change
     */
    List<Sample> await(long events, Consumer<Sample> progress) throws ExecutionException, InterruptedException {
        List<Sample> samples = new ArrayList<>();
        boolean pairsAreOut = false;
        Positions last = positions();
        long lastChange = System.nanoTime();
        while (true) {
            TimeUnit.MILLISECONDS.sleep(LOOK_INTERVAL.toMillis());
            Positions now = positions();
            long nanos = System.nanoTime();
            if (!now.equals(last)) {
                if (samples.isEmpty()) {
                    system.pauses().restart();
                }
                boolean reads = now.events(system.evidence()) > last.events(system.evidence());
                pairsAreOut = !reads && (pairsAreOut || now.pairs(system.pairs()) > last.pairs(system.pairs()));
                last = now;
                lastChange = nanos;
                Sample sample = sample(nanos, now);
                samples.add(sample);
                progress.accept(sample);
            }
            long idle = nanos - lastChange;
            if (last.events(system.inputs()) >= events && idle > (pairsAreOut ? SETTLED : system.settles()).toNanos()) {
                return samples;
            }
            if (idle > STALLED.toNanos()) {
                throw new IllegalStateException(system.group() + " stands still at " + last.events(system.inputs())
                        + " of " + events + " events, and says that it is " + system.state());
            }
        }
    }

    private Sample sample(long nanos, Positions now) {
        return new Sample(
                nanos,
                now.events(system.inputs()),
                now.events(system.evidence()),
                now.pairs(system.pairs()),
                system.pauses().longest());
    }

    private Positions positions() throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(system.group())
                .partitionsToOffsetAndMetadata()
                .get();
        Map<TopicPartition, OffsetSpec> latest =
                outputs.stream().collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        var written = admin.listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all()
                .get();
        return new Positions(
                committed.entrySet().stream()
                        .flatMap(entry -> entry.getValue() == null ? Stream.empty() : Stream.of(entry))
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, entry -> entry.getValue().offset())),
                written.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, entry -> entry.getValue().offset())));
    }
}
