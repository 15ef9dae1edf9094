package dev.attune.publisher.log;

import dev.attune.events.ReleaseChanged;
import dev.attune.kit.KafkaSettings;
import dev.attune.publisher.http.StoppedException;
import dev.attune.publisher.metrics.PublisherMetrics;
import dev.attune.publisher.release.Release;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.TopicReader;
import dev.attune.schemas.Topics;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces each state of each release once, and remembers by the same events what was announced before. A state counts
 * from the moment that its event is acknowledged by all in-sync brokers.
 */
public final class ReleaseLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReleaseLog.class);

    private final Producer<String, ReleaseChanged> producer;
    private final String topic;
    private final ReleaseHistory history;
    private final PublisherMetrics metrics;
    private final Clock clock;

    private ReleaseLog(
            Producer<String, ReleaseChanged> producer,
            String topic,
            ReleaseHistory history,
            PublisherMetrics metrics,
            Clock clock) {
        this.producer = producer;
        this.topic = topic;
        this.history = history;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Reads what was announced of the model, and opens the log for more. */
    public static ReleaseLog open(
            KafkaSettings kafka,
            Topics topics,
            AvroSerdes serdes,
            String tenant,
            String modelId,
            PublisherMetrics metrics,
            Clock clock) {
        ReleaseHistory history = new ReleaseHistory();
        try (TopicReader<ReleaseChanged> reader = TopicReaders.open(kafka, topics.releases(), serdes)) {
            reader.readToEnd(event -> {
                if (event.getTenant().equals(tenant) && event.getModelId().equals(modelId)) {
                    history.apply(event);
                }
            });
        }
        Map<String, Object> client = kafka.client(Map.of(
                ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true",
                // Of several, those that come right after their topic was created can end out of order.
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1",
                ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd"));
        Producer<String, ReleaseChanged> producer =
                new KafkaProducer<>(client, new StringSerializer(), serdes.serializer(ReleaseChanged.class));
        return new ReleaseLog(producer, topics.releases().name(), history, metrics, clock);
    }

    public ReleaseHistory history() {
        return history;
    }

    /**
     * Announces the state, unless it was announced before.
     *
     * @return the release
     * @throws KafkaException if the cluster did not take it
     */
    public <R extends Release> R record(R release) {
        if (history.isRecorded(release.candidate().version(), release.state())) {
            return release;
        }
        ReleaseChanged event = ReleaseEvents.event(release, clock.instant());
        try {
            producer.send(new ProducerRecord<>(topic, release.candidate().key(), event))
                    .get();
        } catch (ExecutionException e) {
            throw new KafkaException("could not announce " + event.getVersion() + " as " + event.getState(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
        history.apply(event);
        metrics.stateChanged(release);
        LOG.info(
                "{} {}{}",
                event.getVersion(),
                event.getState(),
                event.getReason().isEmpty() ? "" : " (" + event.getReason() + "): " + event.getDetail());
        return release;
    }

    @Override
    public void close() {
        producer.close();
    }
}
