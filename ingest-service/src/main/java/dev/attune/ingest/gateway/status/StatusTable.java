package dev.attune.ingest.gateway.status;

import dev.attune.events.FeedbackStatus;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import dev.attune.ingest.streams.BoundedRocksDb;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This instance's copy of {@code feedback-status}, on its disk. It is read in the background, and begun again where that fails. */
final class StatusTable implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusTable.class);
    private static final String STORE = "feedback-status";
    private static final String APPLICATION = "gateway-status";
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration LOOK_UP_BOUND = Duration.ofSeconds(10);
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(2);
    /** A cluster that is away ends a try; the next one begins soon. */
    private static final int TASK_TIMEOUT_MS = 15_000;

    private static final int COMMIT_INTERVAL_MS = 1_000;

    private final Map<String, Object> kafka;
    private final Properties settings;
    private final Topic<FeedbackStatus> topic;
    private final Deserializer<FeedbackStatus> deserializer;
    private final Background background;
    private volatile @Nullable KafkaStreams ready;

    StatusTable(
            Path directory, int megabytes, Map<String, Object> kafka, AvroSerdes serdes, Topic<FeedbackStatus> topic) {
        this.kafka = Map.copyOf(kafka);
        this.topic = topic;
        this.deserializer = serdes.deserializer(FeedbackStatus.class);
        this.settings = settings(directory, megabytes, kafka);
        this.background = Background.start("statuses", this::keep);
    }

    /**
     * @throws Rejected with {@link Reason#STATUS_NOT_READY} while the copy is not complete
     */
    Optional<FeedbackStatus> get(String key) {
        KafkaStreams streams = ready;
        if (streams != null) {
            try {
                byte[] value = streams.store(StoreQueryParameters.fromNameAndType(
                                STORE, QueryableStoreTypes.<String, byte[]>keyValueStore()))
                        .get(key);
                return Optional.ofNullable(value).map(bytes -> deserializer.deserialize(topic.name(), bytes));
            } catch (InvalidStateStoreException _) {
                // It is being closed, and will be begun again.
            }
        }
        throw notReady();
    }

    static Rejected notReady() {
        return new Rejected(
                Reason.STATUS_NOT_READY, "the gateway still reads what became of events: ask again in some seconds");
    }

    private void keep(Background work) throws Exception {
        requireTopic();
        KafkaStreams streams = new KafkaStreams(topology(), settings);
        try {
            streams.setUncaughtExceptionHandler(e -> StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
            // Returns when all is there that was there at the start.
            streams.start();
            ready = streams;
            LOG.info("statuses of feedback can be asked for");
            while (streams.state().isRunningOrRebalancing() && !work.awaitClosing(LOOK)) {
                // It reads on in its own thread.
            }
        } finally {
            ready = null;
            streams.close(CLOSE_BOUND);
        }
    }

    /** Streams would end its thread with an error that does not say what is wrong. */
    private void requireTopic() throws Exception {
        try (Admin admin = Admin.create(kafka)) {
            admin.describeTopics(List.of(topic.name()))
                    .allTopicNames()
                    .get(LOOK_UP_BOUND.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "topic %s cannot be read: %s".formatted(topic.name(), e.getCause() == null ? e : e.getCause()), e);
        }
    }

    /** Values stay bytes: what cannot be read is nobody's trouble but whoever asks for it. */
    private Topology topology() {
        StreamsBuilder builder = new StreamsBuilder();
        builder.globalTable(
                topic.name(),
                Consumed.with(Serdes.String(), Serdes.ByteArray()),
                Materialized.<String, byte[], KeyValueStore<Bytes, byte[]>>as(STORE)
                        .withKeySerde(Serdes.String())
                        .withValueSerde(Serdes.ByteArray()));
        return builder.build();
    }

    private static Properties settings(Path directory, int megabytes, Map<String, Object> kafka) {
        Map<String, Object> all = new HashMap<>(kafka);
        all.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
        all.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        all.put(StreamsConfig.TASK_TIMEOUT_MS_CONFIG, TASK_TIMEOUT_MS);
        all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL_MS);
        all.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        all.put(BoundedRocksDb.MEGABYTES, megabytes);
        all.put(StreamsConfig.globalConsumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
        Properties properties = new Properties();
        properties.putAll(all);
        return properties;
    }

    @Override
    public void close() {
        background.close();
    }
}
