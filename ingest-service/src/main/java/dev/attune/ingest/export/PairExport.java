package dev.attune.ingest.export;

import dev.attune.events.PreferencePair;
import dev.attune.schemas.Topic;
import dev.attune.schemas.UnreadableRecordException;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Writes the pairs that hold: of each pair the highest revision, where that is active and wanted.
 *
 * <p>The revisions of a pair are in one partition. Each partition is read twice, first to find out which record has a
 * pair's last word, then to write those: what is held in memory is an offset a pair, never a text.
 */
final class PairExport {
    private static final Duration POLL = Duration.ofMillis(500);

    /** Takes each record of a partition. */
    private interface Visitor {
        void visit(long offset, PreferencePair pair) throws IOException;
    }

    private record LastWord(long revision, long offset, boolean wanted) {}

    private final Consumer<byte[], byte[]> consumer;
    private final Deserializer<PreferencePair> deserializer;
    private final Topic<PreferencePair> topic;
    private final PairFilter filter;
    private final ExportProgress progress;

    PairExport(
            Consumer<byte[], byte[]> consumer,
            Deserializer<PreferencePair> deserializer,
            Topic<PreferencePair> topic,
            PairFilter filter,
            ExportProgress progress) {
        this.consumer = consumer;
        this.deserializer = deserializer;
        this.topic = topic;
        this.filter = filter;
        this.progress = progress;
    }

    /** Writes a line a pair. What comes while it runs is not in it. */
    void run(List<PartitionInfo> partitions, Writer out) throws IOException {
        List<TopicPartition> all = partitions.stream()
                .map(partition -> new TopicPartition(topic.name(), partition.partition()))
                .toList();
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(all);
        Map<TopicPartition, Long> ends = consumer.endOffsets(all);
        for (TopicPartition partition : all) {
            progress.expect(2 * (offset(ends, partition) - offset(begins, partition)));
        }
        for (TopicPartition partition : all) {
            long end = offset(ends, partition);
            Set<Long> wanted = wanted(partition, end);
            read(partition, end, (offset, pair) -> {
                if (wanted.contains(offset)) {
                    out.write(PairLine.of(pair));
                    out.write('\n');
                    progress.wrote();
                }
            });
        }
    }

    private Set<Long> wanted(TopicPartition partition, long end) throws IOException {
        Map<String, LastWord> lastWords = new HashMap<>();
        read(partition, end, (offset, pair) -> {
            LastWord word = new LastWord(pair.getRevision(), offset, filter.takes(pair));
            lastWords.merge(
                    pair.getTenant() + "/" + pair.getPairId(),
                    word,
                    (before, now) -> now.revision() >= before.revision() ? now : before);
        });
        Set<Long> offsets = new HashSet<>();
        lastWords.values().stream().filter(LastWord::wanted).forEach(word -> offsets.add(word.offset()));
        return offsets;
    }

    private void read(TopicPartition partition, long end, Visitor visitor) throws IOException {
        consumer.assign(Set.of(partition));
        consumer.seekToBeginning(Set.of(partition));
        for (long before = consumer.position(partition); before < end; ) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < end) {
                    visit(record, visitor);
                }
            }
            // Transaction markers take offsets too.
            long position = consumer.position(partition);
            progress.read(position - before);
            before = position;
        }
    }

    private void visit(ConsumerRecord<byte[], byte[]> record, Visitor visitor) throws IOException {
        PreferencePair pair;
        try {
            pair = deserializer.deserialize(record.topic(), record.value());
        } catch (UnreadableRecordException e) {
            progress.unreadable(record.topic() + "-" + record.partition() + "@" + record.offset(), e);
            return;
        }
        if (pair != null) {
            visitor.visit(record.offset(), pair);
        }
    }

    private static long offset(Map<TopicPartition, Long> offsets, TopicPartition partition) {
        return Objects.requireNonNull(offsets.get(partition), "asked for");
    }
}
