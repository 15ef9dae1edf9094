package dev.attune.ingest.gateway.status;

import dev.attune.events.CheckpointCommitted;
import dev.attune.events.ReleaseChanged;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.TopicReader;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Follows checkpoints and releases: all that is there, then what comes. */
final class VersionsReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(250);

    private final Map<String, Object> settings;
    private final AvroSerdes serdes;
    private final Topics topics;
    private final Background background;
    private volatile @Nullable Versions versions;

    /** @param kafka settings of a client */
    VersionsReader(Map<String, Object> kafka, AvroSerdes serdes, Topics topics) {
        this.settings = new HashMap<>(kafka);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        this.serdes = serdes;
        this.topics = topics;
        this.background = Background.start("versions", this::follow);
    }

    /** Empty until everything was read that was there at the start. */
    Optional<Versions> versions() {
        return Optional.ofNullable(versions);
    }

    private void follow(Background work) {
        Versions read = new Versions();
        try (TopicReader<CheckpointCommitted> checkpoints = new TopicReader<>(
                        consumer(), topics.checkpoints().name(), serdes.deserializer(CheckpointCommitted.class));
                TopicReader<ReleaseChanged> releases = new TopicReader<>(
                        consumer(), topics.releases().name(), serdes.deserializer(ReleaseChanged.class))) {
            checkpoints.readToEnd(read::apply);
            releases.readToEnd(read::apply);
            versions = read;
            while (!work.isClosing()) {
                checkpoints.poll(Duration.ZERO, read::apply);
                releases.poll(POLL, read::apply);
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public void close() {
        background.close();
    }
}
