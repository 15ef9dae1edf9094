package dev.attune.publisher.log;

import dev.attune.events.ReleaseChanged;
import dev.attune.kit.KafkaSettings;
import dev.attune.publisher.http.StoppedException;
import dev.attune.publisher.metrics.PublisherMetrics;
import dev.attune.publisher.release.FencedException;
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
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces each state of each release once, and remembers by the same events what was announced before. A state counts
 * from the moment that its transaction is committed; the transaction's id is the model's, so that of two publishers only
 * the one that started last can announce anything.
 */
public final class ReleaseLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReleaseLog.class);

    private final Producer<String, ReleaseChanged> producer;
    private final String topic;
    private final ReleaseHistory history;
    private final PublisherMetrics metrics;
    private final Listener listener;
    private final Clock clock;

    /** Told of each transition, before it counts and after. */
    public interface Listener {
        /** What the step did is done; nobody has heard of it. */
        default void announces(Release next) {}

        /** Its event is committed. */
        default void announced(Release release) {}
    }

    private ReleaseLog(
            Producer<String, ReleaseChanged> producer,
            String topic,
            ReleaseHistory history,
            PublisherMetrics metrics,
            Listener listener,
            Clock clock) {
        this.producer = producer;
        this.topic = topic;
        this.history = history;
        this.metrics = metrics;
        this.listener = listener;
        this.clock = clock;
    }

    /** Ends whatever publisher of the model there was before, reads what was announced, and opens the log for more. */
    public static ReleaseLog open(
            KafkaSettings kafka,
            Topics topics,
            AvroSerdes serdes,
            String tenant,
            String modelId,
            PublisherMetrics metrics,
            Listener listener,
            Clock clock) {
        Producer<String, ReleaseChanged> producer = new KafkaProducer<>(
                kafka.client(Map.of(
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        topics.prefix() + "publisher." + tenant + "." + modelId,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "zstd")),
                new StringSerializer(),
                serdes.serializer(ReleaseChanged.class));
        try {
            // Before the reading: what another announces until now is read, and afterwards it announces no more.
            producer.initTransactions();
            ReleaseHistory history = new ReleaseHistory();
            try (TopicReader<ReleaseChanged> reader = TopicReaders.open(kafka, topics.releases(), serdes)) {
                reader.readToEnd(event -> {
                    if (event.getTenant().equals(tenant) && event.getModelId().equals(modelId)) {
                        history.apply(event);
                    }
                });
            }
            return new ReleaseLog(producer, topics.releases().name(), history, metrics, listener, clock);
        } catch (RuntimeException e) {
            producer.close();
            throw e;
        }
    }

    public ReleaseHistory history() {
        return history;
    }

    /**
     * Announces the state, unless it was announced before.
     *
     * @return the release
     * @throws FencedException if another publisher of the model has started since
     * @throws KafkaException if the cluster did not take it
     */
    public <R extends Release> R record(R release) {
        String version = release.candidate().version();
        if (history.state(version).filter(release.state()::equals).isPresent()) {
            return release;
        }
        ReleaseChanged event = ReleaseEvents.event(release, clock.instant());
        listener.announces(release);
        announce(new ProducerRecord<>(topic, release.candidate().key(), event));
        listener.announced(release);
        history.apply(event);
        metrics.stateChanged(release);
        LOG.info(
                "{} {}{}",
                event.getVersion(),
                event.getState(),
                event.getReason().isEmpty() ? "" : " (" + event.getReason() + "): " + event.getDetail());
        return release;
    }

    private void announce(ProducerRecord<String, ReleaseChanged> record) {
        try {
            producer.beginTransaction();
            producer.send(record).get();
            producer.commitTransaction();
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            throw fenced(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ProducerFencedException
                    || e.getCause() instanceof InvalidProducerEpochException) {
                throw fenced(e);
            }
            throw new KafkaException("could not announce " + record.key() + " on " + topic, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
    }

    private static FencedException fenced(Exception cause) {
        return new FencedException(
                "another publisher of this model has started: this one may change nothing any more", cause);
    }

    @Override
    public void close() {
        producer.close();
    }
}
