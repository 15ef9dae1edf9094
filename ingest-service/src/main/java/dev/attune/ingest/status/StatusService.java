package dev.attune.ingest.status;

import dev.attune.ingest.streams.BoundedRocksDb;
import dev.attune.kit.AdminServer;
import dev.attune.kit.ConfigException;
import dev.attune.kit.Health;
import dev.attune.kit.Metrics;
import dev.attune.kit.RunningService;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.RegistryClients;
import dev.attune.schemas.Topic;
import dev.attune.schemas.TopicAdmin;
import dev.attune.schemas.Topics;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running status application: the streams, their health and their metrics. */
public final class StatusService implements RunningService {
    private static final Logger LOG = LoggerFactory.getLogger(StatusService.class);
    private static final long COMMIT_INTERVAL_MS = 500;
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(30);

    private final KafkaStreams streams;
    private final SchemaRegistryClient registry;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable AdminServer admin;

    private StatusService(KafkaStreams streams, SchemaRegistryClient registry) {
        this.streams = streams;
        this.registry = registry;
    }

    /** Starts; it becomes ready once the state stores are restored. */
    public static StatusService start(StatusConfig config) throws ExecutionException, InterruptedException {
        Topics topics = new Topics(config.topicPrefix());
        requireTopics(config, topics);
        PrometheusMeterRegistry meters = Metrics.prometheus("status");
        SchemaRegistryClient registry = RegistryClients.create(
                config.schemaRegistry().url(), config.schemaRegistry().properties());
        AvroSerdes serdes = new AvroSerdes(registry);
        // Not with the first record: from here on the registry is asked only for schemas that are new.
        serdes.register(topics.feedbackStatus());
        StatusTopology topology = new StatusTopology(config, serdes, new StatusMetrics(meters));
        StatusService service = new StatusService(new KafkaStreams(topology.build(), properties(config)), registry);
        try {
            service.run(config, meters);
            return service;
        } catch (RuntimeException e) {
            service.close();
            throw e;
        }
    }

    private static void requireTopics(StatusConfig config, Topics topics)
            throws ExecutionException, InterruptedException {
        List<String> needed = List.<Topic<?>>of(
                        topics.feedback(),
                        topics.preferencePairs(),
                        topics.preferenceSingles(),
                        topics.trainedExamples(),
                        topics.deadLetters(),
                        topics.feedbackStatus())
                .stream()
                .map(Topic::name)
                .toList();
        try (Admin kafka = Admin.create(config.kafka().client(Map.of()))) {
            List<String> missing = TopicAdmin.missing(kafka, topics).stream()
                    .filter(needed::contains)
                    .toList();
            if (!missing.isEmpty()) {
                throw new ConfigException(
                        "topicPrefix",
                        "the cluster has no topic " + String.join(", ", missing) + ": create what is missing");
            }
        }
    }

    private void run(StatusConfig config, PrometheusMeterRegistry meters) {
        streams.setUncaughtExceptionHandler(e -> {
            // Whoever runs us starts us again: a fresh process reads its state from Kafka and goes on exactly there.
            LOG.error("the status application cannot go on", e);
            failure.compareAndSet(null, e);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.setStateListener((now, before) -> {
            LOG.info("streams: {}", now);
            if (now.hasCompletedShutdown()) {
                ended.countDown();
            }
        });
        admin = AdminServer.start(config.admin(), health(), meters);
        LOG.info("health and metrics on port {}", admin.port());
        streams.start();
    }

    private Health health() {
        return new Health()
                .live("streams", () -> Optional.ofNullable(failure.get()).map(e -> "failed: " + e.getMessage()))
                .ready("streams", () -> {
                    KafkaStreams.State state = streams.state();
                    return state == KafkaStreams.State.RUNNING
                            ? Optional.empty()
                            : Optional.of("state is " + state + ", not RUNNING");
                });
    }

    @Override
    public void awaitEnd() throws Exception {
        ended.await();
        Throwable cause = failure.get();
        if (cause != null) {
            throw new IllegalStateException("the status application stopped: " + cause.getMessage(), cause);
        }
    }

    @Override
    public void close() {
        if (!streams.close(CLOSE_BOUND)) {
            LOG.warn("the streams did not stop within {} s", CLOSE_BOUND.toSeconds());
        }
        AdminServer server = admin;
        if (server != null) {
            server.close();
        }
        try {
            registry.close();
        } catch (IOException e) {
            LOG.debug("closing the registry client", e);
        }
    }

    /** The settings of the streams: the operator's over ours, except for those that correctness hangs on. */
    static Properties properties(StatusConfig config) {
        Map<String, Object> defaults = new HashMap<>();
        defaults.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        defaults.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL_MS);
        // As pairing: a broker that still ends a transaction refuses the first batch of the next one.
        defaults.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION), 1);
        Map<String, Object> all = config.kafka().client(defaults);
        all.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
        all.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
        all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
        all.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, config.standbyReplicas());
        all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        // The streams protocol of 4.3 has no static membership and starts slower.
        all.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
        all.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        all.put(BoundedRocksDb.MEGABYTES, config.storeMegabytes());
        all.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        String instanceId = config.instanceId();
        if (instanceId != null) {
            all.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), instanceId);
        }
        Properties properties = new Properties();
        properties.putAll(all);
        return properties;
    }
}
