package dev.attune.ingest.pairing;

import dev.attune.ingest.streams.BoundedRocksDb;
import dev.attune.kit.AdminServer;
import dev.attune.kit.Health;
import dev.attune.kit.Metrics;
import dev.attune.kit.RunningService;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.RegistryClients;
import dev.attune.schemas.Topics;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running pairing application: the streams, their health and their metrics. */
public final class PairingService implements RunningService {
    private static final Logger LOG = LoggerFactory.getLogger(PairingService.class);
    private static final long COMMIT_INTERVAL_MS = 250;
    /** What Kafka and the keys add to a record. */
    private static final int BATCH_OVERHEAD_BYTES = 16_384;

    private static final int BATCH_BYTES = 128 << 10;
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(30);

    private final KafkaStreams streams;
    private final SchemaRegistryClient registry;
    private final QueryPeers peers;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable AdminServer admin;

    private PairingService(KafkaStreams streams, SchemaRegistryClient registry, QueryPeers peers) {
        this.streams = streams;
        this.registry = registry;
        this.peers = peers;
    }

    /** Starts; it becomes ready once the state stores are restored. */
    public static PairingService start(PairingConfig config) throws ExecutionException, InterruptedException {
        Topics topics = new Topics(config.topicPrefix());
        try (Admin kafka = Admin.create(config.kafka().client(Map.of()))) {
            PairingTopics.check(
                    kafka, topics, config.budgets().on(), config.limits().maxOutputBytes());
        }
        PrometheusMeterRegistry meters = Metrics.prometheus("pairing");
        SchemaRegistryClient registry = RegistryClients.create(
                config.schemaRegistry().url(), config.schemaRegistry().properties());
        PairingMetrics metrics = new MicrometerPairingMetrics(meters);
        AvroSerdes serdes = new AvroSerdes(registry);
        // Not with the first record of each: from here on the registry is asked only for schemas that are new.
        PairingTopics.written(topics, config.budgets().on()).forEach(serdes::register);
        PairingTopology topology = new PairingTopology(config, serdes, metrics);
        KafkaStreams streams = new KafkaStreams(topology.build(), properties(config));
        streams.setGlobalStateRestoreListener(new Restoration(metrics));
        QueryPeers peers = new QueryPeers(streams, config.queries().advertisedAddress());
        PairingService service = new PairingService(streams, registry, peers);
        try {
            service.run(config, new StoreQueries(streams, topics, serdes, config), meters);
            return service;
        } catch (RuntimeException e) {
            service.close();
            throw e;
        }
    }

    private void run(PairingConfig config, StoreQueries stores, PrometheusMeterRegistry meters) {
        streams.setUncaughtExceptionHandler(e -> {
            // Whoever runs us starts us again: a fresh process reads its state from Kafka and goes on exactly there.
            LOG.error("pairing cannot go on", e);
            failure.compareAndSet(null, e);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.setStateListener((now, before) -> {
            LOG.info("streams: {}", now);
            if (now.hasCompletedShutdown()) {
                ended.countDown();
            }
        });
        QueryRoutes queries = new QueryRoutes(config.queries().tenants(), config.budgets(), stores, peers);
        admin = AdminServer.start(config.admin(), health(), meters, queries.routing());
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
            throw new IllegalStateException("pairing stopped: " + cause.getMessage(), cause);
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
        peers.close();
        try {
            registry.close();
        } catch (IOException e) {
            LOG.debug("closing the registry client", e);
        }
    }

    /** The settings of the streams: the operator's over ours, except for those that correctness hangs on. */
    public static Properties properties(PairingConfig config) {
        Map<String, Object> defaults = new HashMap<>();
        defaults.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // A transaction touches every changelog: at Kafka's 100 ms a busy broker is still ending the one before.
        defaults.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL_MS);
        // While it does, it refuses the first batch of the next transaction: a second one on its way to the same
        // partition
        // would then be out of order, which is repaired, but with an error in the broker's log for each.
        defaults.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION), 1);
        int maxBytes = config.limits().maxOutputBytes() + BATCH_OVERHEAD_BYTES;
        defaults.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), maxBytes);
        defaults.put(StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG), maxBytes);
        // A task writes to many changelogs at once: at Kafka's 16 KB a request is many small batches.
        defaults.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
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
        String address = config.queries().advertisedAddress();
        if (address != null) {
            all.put(StreamsConfig.APPLICATION_SERVER_CONFIG, address);
        }
        String instanceId = config.instanceId();
        if (instanceId != null) {
            all.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), instanceId);
        }
        Properties properties = new Properties();
        properties.putAll(all);
        return properties;
    }
}
