package dev.attune.schemas;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a topic in all partitions: first all that is there, then what comes. No group: whoever reads wants all of it, at every
 * start. Belongs to one thread, but for {@link #wakeup()}.
 */
public final class TopicReader<V> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CREATION_BOUND = Duration.ofSeconds(3);
    private static final Duration SILENCE_BOUND = Duration.ofMinutes(2);

    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final String topic;
    private final Deserializer<V> deserializer;
    private final List<TopicPartition> partitions;

    /**
     * Looks the topic up, and stands at its beginning.
     *
     * @param consumer without a group, and where it matters of committed records only; closed with this
     * @throws UnknownTopicOrPartitionException if there is no such topic; then the consumer stays the caller's
     */
    public TopicReader(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            String topic,
            Deserializer<V> deserializer) {
        this.consumer = consumer;
        this.topic = topic;
        this.deserializer = deserializer;
        this.partitions = partitions();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** As above, and stands at the first records that were written at {@code since} or later. */
    public TopicReader(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            String topic,
            Deserializer<V> deserializer,
            Instant since) {
        this(consumer, topic, deserializer);
        Map<TopicPartition, Long> times =
                partitions.stream().collect(Collectors.toMap(partition -> partition, _ -> since.toEpochMilli()));
        consumer.offsetsForTimes(times).forEach((partition, first) -> {
            if (first == null) {
                consumer.seekToEnd(List.of(partition));
            } else {
                consumer.seek(partition, first.offset());
            }
        });
        // Where the end is, is asked now and not with the first poll: what comes in between is not missed.
        partitions.forEach(consumer::position);
    }

    /** A topic that was created a moment ago is not known to every broker yet. */
    private List<TopicPartition> partitions() {
        long began = System.nanoTime();
        while (true) {
            List<TopicPartition> found = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            if (!found.isEmpty()) {
                return found;
            }
            if (System.nanoTime() - began > CREATION_BOUND.toNanos()) {
                throw new UnknownTopicOrPartitionException("the cluster has no topic " + topic);
            }
            LockSupport.parkNanos(POLL.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptException("interrupted while looking for " + topic);
            }
        }
    }

    /**
     * Everything up to what is the end now, of each partition in order.
     *
     * @param each as with {@link #poll}
     * @throws IllegalStateException if nothing comes for two minutes, and the end is not reached
     */
    public void readToEnd(Consumer<? super V> each) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long heardAt = System.nanoTime();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (poll(POLL, each) > 0) {
                heardAt = System.nanoTime();
            } else if (System.nanoTime() - heardAt > SILENCE_BOUND.toNanos()) {
                throw new IllegalStateException(
                        topic + " could not be read to its end: nothing came for " + SILENCE_BOUND);
            }
        }
    }

    /** Whether everything was read that is there now. */
    public boolean isAtEnd() {
        return consumer.endOffsets(partitions).entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /**
     * What has come; waits at most {@code timeout}.
     *
     * @param each not given tombstones, nor records that cannot be read; these, and what it refuses with an
     *     {@link IllegalArgumentException}, are named in the log and left out
     * @return how many records came
     */
    public int poll(Duration timeout, Consumer<? super V> each) {
        int received = 0;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
            received++;
            try {
                V value = deserializer.deserialize(topic, record.value());
                if (value != null) {
                    each.accept(value);
                }
            } catch (UnreadableRecordException | IllegalArgumentException e) {
                LOG.error(
                        "{}-{} offset {} cannot be used and is left out: {}",
                        topic,
                        record.partition(),
                        record.offset(),
                        e.getMessage());
            }
        }
        return received;
    }

    /** Ends a poll that waits in another thread. */
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
