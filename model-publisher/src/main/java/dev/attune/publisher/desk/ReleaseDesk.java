package dev.attune.publisher.desk;

import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseCommand;
import dev.attune.events.ReleaseControl;
import dev.attune.kit.ConfigException;
import dev.attune.kit.KafkaSettings;
import dev.attune.kit.ServiceFailedException;
import dev.attune.publisher.control.WishRecords;
import dev.attune.publisher.control.Wishes;
import dev.attune.publisher.log.TopicReaders;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.TopicReader;
import dev.attune.schemas.Topics;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** What a person can ask of one model's releases, whether a publisher runs or not: it is said on a topic that publishers read. */
final class ReleaseDesk implements AutoCloseable {

    private final Supplier<ReleaseBoard> board;
    private final Supplier<Wishes> wishes;
    private final String modelId;
    private final WishRecords records;
    private final Producer<String, ReleaseControl> producer;

    private ReleaseDesk(
            Supplier<ReleaseBoard> board,
            Supplier<Wishes> wishes,
            KafkaSettings kafka,
            Topics topics,
            AvroSerdes serdes,
            String tenant,
            String modelId) {
        this.board = board;
        this.wishes = wishes;
        this.modelId = modelId;
        this.records = new WishRecords(topics, tenant, modelId);
        this.producer = new KafkaProducer<>(
                kafka.client(Map.of(
                        ProducerConfig.ACKS_CONFIG, "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true",
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, "20000")),
                new StringSerializer(),
                serdes.serializer(ReleaseControl.class));
    }

    /** For one question: the topics are read when it is asked. */
    static ReleaseDesk once(KafkaSettings kafka, Topics topics, AvroSerdes serdes, String tenant, String modelId) {
        return new ReleaseDesk(
                () -> readBoard(kafka, topics, serdes, tenant, modelId),
                () -> Wishes.readAll(TopicReaders.open(kafka, topics.releaseControl(), serdes), tenant, modelId),
                kafka,
                topics,
                serdes,
                tenant,
                modelId);
    }

    /** For many questions, answered from what the feed has heard. */
    static ReleaseDesk of(
            DeskFeed feed, KafkaSettings kafka, Topics topics, AvroSerdes serdes, String tenant, String modelId) {
        return new ReleaseDesk(
                () -> feed.board(tenant, modelId),
                () -> feed.wishes(tenant, modelId),
                kafka,
                topics,
                serdes,
                tenant,
                modelId);
    }

    private static ReleaseBoard readBoard(
            KafkaSettings kafka, Topics topics, AvroSerdes serdes, String tenant, String modelId) {
        ReleaseBoard board = new ReleaseBoard();
        try (TopicReader<ReleaseChanged> reader = TopicReaders.open(kafka, topics.releases(), serdes)) {
            reader.readToEnd(event -> {
                if (event.getTenant().equals(tenant) && event.getModelId().equals(modelId)) {
                    board.apply(event);
                }
            });
        }
        return board;
    }

    /** The releases as they are now. */
    ReleaseBoard board() {
        return board.get();
    }

    /** What was said so far. */
    Wishes wishes() {
        return wishes.get();
    }

    /** @param command PAUSE or RESUME */
    void say(ReleaseCommand command, String detail, String by) {
        send(records.ofModel(command, detail, by));
    }

    /**
     * Says something of a version.
     *
     * @throws ConfigException if there is no such version, or it is in no state for that
     */
    void say(ReleaseCommand command, String version, String detail, String by) {
        ReleaseChanged newest = board().newest(version)
                .orElseThrow(() -> new ConfigException(
                        "VERSION", version + " is no release of " + modelId + ": `list` shows which there are"));
        Instruction.objection(command, newest).ifPresent(objection -> {
            throw new ConfigException("VERSION", objection);
        });
        send(records.ofVersion(command, version, detail, by));
    }

    private void send(ProducerRecord<String, ReleaseControl> record) {
        try {
            producer.send(record).get();
        } catch (ExecutionException e) {
            throw new ServiceFailedException("the control topic could not be written: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServiceFailedException("interrupted while the control topic was written", e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
