package dev.attune.trainer.topic;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads a topic from its beginning to what is its end now, in all partitions. */
public final class WholeTopic {
    private static final Duration POLL_WAIT = Duration.ofMillis(200);
    private static final Duration READ_BOUND = Duration.ofMinutes(2);

    private WholeTopic() {}

    /**
     * @param consumer reads committed records only, without a group; it stands at the end afterwards, assigned to all partitions
     * @throws IllegalStateException if the end is not reached within two minutes
     */
    public static void read(
            Consumer<byte[], byte[]> consumer,
            String topic,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long began = System.nanoTime();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (System.nanoTime() - began > READ_BOUND.toNanos()) {
                throw new IllegalStateException(topic + " could not be read to its end within " + READ_BOUND);
            }
            consumer.poll(POLL_WAIT).forEach(each);
        }
    }
}
