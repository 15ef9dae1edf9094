package dev.attune.trainer.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The input topic, of pairs or of single answers. All of its partitions are assigned, not subscribed: where to read is the checkpoint's
 * decision, not a consumer group's. Belongs to one thread.
 */
public final class ExampleSource implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExampleSource.class);
    private static final Duration PARTITION_CHECK_INTERVAL = Duration.ofMinutes(1);

    private final Consumer<byte[], byte[]> consumer;
    private final String topic;
    private final Map<TopicPartition, Long> catchUpTo = new TreeMap<>(ExampleSource::compare);
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    /** Fetched, and to be read later. */
    private final List<SourceRecord> ahead = new ArrayList<>();
    /** Where reading stopped before what is ahead, by partition. */
    private final Map<Integer, Long> stoppedAt = new TreeMap<>();

    private long partitionsCheckedNanos = System.nanoTime();

    /** @param consumer reads committed records only, without a group; closed with this */
    public ExampleSource(Consumer<byte[], byte[]> consumer, String topic) {
        this.consumer = consumer;
        this.topic = topic;
    }

    /**
     * Begins to read.
     *
     * @param resumeOffsets where, by partition; a partition that is not named is read from its beginning
     * @param positions how far reading had come when the checkpoint was taken, by partition: until there nothing is new
     */
    public void start(Map<Integer, Long> resumeOffsets, Map<Integer, Long> positions) {
        List<TopicPartition> partitions = partitions();
        consumer.assign(partitions);
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
        ends.putAll(consumer.endOffsets(partitions));
        for (TopicPartition partition : partitions) {
            long beginning = beginnings.getOrDefault(partition, 0L);
            long end = ends.getOrDefault(partition, 0L);
            long resume = resumeOffsets.getOrDefault(partition.partition(), beginning);
            if (resume < beginning || resume > end) {
                LOG.warn(
                        "{}: offset {} of the checkpoint is outside of what the topic still has ({} to {}):"
                                + " reading from its beginning; pairs may have left the topic untrained",
                        partition,
                        resume,
                        beginning,
                        end);
                resume = beginning;
            }
            consumer.seek(partition, resume);
            catchUpTo.put(partition, Math.min(end, positions.getOrDefault(partition.partition(), 0L)));
        }
    }

    /**
     * Waits for records.
     *
     * @param wait at most this long
     * @param accepting false: nothing is fetched, because there is no room for more
     */
    public List<SourceRecord> poll(Duration wait, boolean accepting) {
        if (accepting && !ahead.isEmpty()) {
            List<SourceRecord> records = List.copyOf(ahead);
            ahead.clear();
            stoppedAt.clear();
            return records;
        }
        if (accepting) {
            addNewPartitions();
            consumer.resume(consumer.paused());
        } else {
            consumer.pause(consumer.assignment());
        }
        return fetch(wait);
    }

    private List<SourceRecord> fetch(Duration wait) {
        List<SourceRecord> records = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
            records.add(new SourceRecord(
                    record.topic(), record.partition(), record.offset(), record.key(), record.value()));
        }
        return records;
    }

    /** False where the topic ended before one of these positions when reading began, or has not even the partition. */
    public boolean reaches(Map<Integer, Long> positions) {
        return positions.entrySet().stream()
                .allMatch(one -> ends.getOrDefault(new TopicPartition(topic, one.getKey()), -1L) >= one.getValue());
    }

    /** True where everything before these positions was read. */
    public boolean isAt(Map<Integer, Long> positions) {
        return below(positions).isEmpty();
    }

    /** As {@link #poll}, but what is not before these positions, by partition, is left for later. */
    public List<SourceRecord> pollTo(Map<Integer, Long> positions, Duration wait) {
        List<SourceRecord> records = takeBefore(positions);
        if (records.isEmpty()) {
            consumer.pause(consumer.assignment());
            consumer.resume(below(positions));
            ahead.addAll(fetch(wait));
            records = takeBefore(positions);
        }
        stoppedAt.clear();
        ahead.forEach(record ->
                stoppedAt.put(record.partition(), positions.getOrDefault(record.partition(), record.offset())));
        return records;
    }

    private List<SourceRecord> takeBefore(Map<Integer, Long> positions) {
        List<SourceRecord> records = ahead.stream()
                .filter(record -> record.offset() < positions.getOrDefault(record.partition(), 0L))
                .toList();
        ahead.removeAll(records);
        return records;
    }

    private List<TopicPartition> below(Map<Integer, Long> positions) {
        return consumer.assignment().stream()
                .filter(one -> position(one) < positions.getOrDefault(one.partition(), 0L))
                .toList();
    }

    /** True once everything was read again that the checkpoint had seen: the waiting pairs are then those it left. */
    public boolean isCaughtUp() {
        catchUpTo.entrySet().removeIf(target -> position(target.getKey()) >= target.getValue());
        return catchUpTo.isEmpty();
    }

    /** Next offset to read, by partition. */
    public Map<Integer, Long> positions() {
        Map<Integer, Long> positions = new TreeMap<>();
        consumer.assignment().forEach(one -> positions.put(one.partition(), position(one)));
        return positions;
    }

    private long position(TopicPartition partition) {
        Long stopped = stoppedAt.get(partition.partition());
        return stopped == null ? consumer.position(partition) : stopped;
    }

    @Override
    public void close() {
        consumer.close();
    }

    /** Someone may add partitions to a topic that lives for years. */
    private void addNewPartitions() {
        if (System.nanoTime() - partitionsCheckedNanos < PARTITION_CHECK_INTERVAL.toNanos()) {
            return;
        }
        partitionsCheckedNanos = System.nanoTime();
        List<TopicPartition> partitions = partitions();
        List<TopicPartition> added = partitions.stream()
                .filter(partition -> !consumer.assignment().contains(partition))
                .toList();
        if (!added.isEmpty()) {
            LOG.info("new partitions: {}", added);
            consumer.assign(partitions);
            consumer.seekToBeginning(added);
        }
    }

    private List<TopicPartition> partitions() {
        Collection<PartitionInfo> infos = consumer.partitionsFor(topic);
        return infos.stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .sorted(ExampleSource::compare)
                .toList();
    }

    private static int compare(TopicPartition one, TopicPartition other) {
        return Integer.compare(one.partition(), other.partition());
    }
}
