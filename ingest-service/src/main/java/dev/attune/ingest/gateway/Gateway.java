package dev.attune.ingest.gateway;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.ingest.gateway.access.Scope;
import dev.attune.ingest.gateway.connection.Connections;
import dev.attune.ingest.gateway.connection.TransportProblems;
import dev.attune.ingest.gateway.credential.Credentials;
import dev.attune.ingest.gateway.credential.FileReloads;
import dev.attune.ingest.gateway.event.CompletionReader;
import dev.attune.ingest.gateway.event.FeedbackReader;
import dev.attune.ingest.gateway.log.Deadlines;
import dev.attune.ingest.gateway.log.EventLog;
import dev.attune.ingest.gateway.log.ProducerSettings;
import dev.attune.ingest.gateway.log.Readiness;
import dev.attune.ingest.gateway.metrics.GatewayMetrics;
import dev.attune.ingest.gateway.openapi.DocumentRoutes;
import dev.attune.ingest.gateway.privacy.Redactor;
import dev.attune.ingest.gateway.rate.Rates;
import dev.attune.ingest.gateway.route.Admissions;
import dev.attune.ingest.gateway.route.ApiRoutes;
import dev.attune.ingest.gateway.route.BatchRoute;
import dev.attune.ingest.gateway.route.Cors;
import dev.attune.ingest.gateway.route.EventRoute;
import dev.attune.ingest.gateway.route.EventSink;
import dev.attune.ingest.gateway.route.Guard;
import dev.attune.ingest.gateway.route.InFlightBytes;
import dev.attune.ingest.gateway.route.Intake;
import dev.attune.ingest.gateway.status.ErasureRoute;
import dev.attune.ingest.gateway.status.StatusRoute;
import dev.attune.ingest.gateway.status.StatusView;
import dev.attune.ingest.gateway.telemetry.Telemetry;
import dev.attune.kit.ConfigException;
import dev.attune.kit.Health;
import dev.attune.kit.HttpServers;
import dev.attune.kit.Metrics;
import dev.attune.kit.RunningService;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.RegistryClients;
import dev.attune.schemas.Topics;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.helidon.http.Method;
import io.helidon.webserver.WebServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running gateway: HTTP in, Kafka out. */
public final class Gateway implements RunningService {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(10);
    /** Connections that the system holds while a burst of them is accepted. */
    private static final int ACCEPT_BACKLOG = 4096;
    /** A little more than a body may have is read, so that its route can say how much that is. */
    private static final int BODY_SLACK_BYTES = 65_536;
    /** For an answer to get to its client after Kafka's time is over. */
    private static final Duration CLOSE_SLACK = Duration.ofSeconds(1);

    private static final int REGISTRY_TIMEOUT_MS = 5_000;

    private final WebServer server;
    private final Readiness readiness;
    private final FileReloads reloads;
    private final Credentials credentials;
    private final StatusView statuses;
    private final List<ApiRoutes.Route> routes;
    private final Admin admin;
    private final Producer<String, byte[]> producer;
    private final Deadlines deadlines;
    private final Admissions admissions;
    private final Connections connections;
    private final Telemetry telemetry;
    private final CountDownLatch ended = new CountDownLatch(1);

    private Gateway(
            WebServer server,
            Readiness readiness,
            FileReloads reloads,
            Credentials credentials,
            StatusView statuses,
            List<ApiRoutes.Route> routes,
            Admin admin,
            Producer<String, byte[]> producer,
            Deadlines deadlines,
            Admissions admissions,
            Connections connections,
            Telemetry telemetry) {
        this.server = server;
        this.admissions = admissions;
        this.connections = connections;
        this.readiness = readiness;
        this.reloads = reloads;
        this.credentials = credentials;
        this.statuses = statuses;
        this.routes = routes;
        this.admin = admin;
        this.producer = producer;
        this.telemetry = telemetry;
        this.deadlines = deadlines;
    }

    /**
     * Starts it. It serves at once, and is ready once Kafka and the registry were reached.
     *
     * @throws ConfigException when the port is taken, a key belongs to two tenants, a file of keys or a Kafka setting cannot be used
     */
    public static Gateway start(GatewayConfig config) {
        return start(
                config,
                settings ->
                        client(() -> new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())));
    }

    /**
     * As {@link #start(GatewayConfig)}, with a producer of the caller's: what the gateway takes without Kafka is measured so.
     *
     * @param producers makes it of the settings that it has to have
     */
    public static Gateway start(
            GatewayConfig config, Function<Map<String, Object>, Producer<String, byte[]>> producers) {
        Topics topics = config.topics();
        Clock clock = Clock.systemUTC();
        PrometheusMeterRegistry prometheus = Metrics.prometheus("gateway");
        InFlightBytes budget = new InFlightBytes(config.maxInFlightBytes());
        GatewayMetrics metrics = new GatewayMetrics(prometheus, budget::held);
        FileReloads reloads = new FileReloads(config.access().reloadInterval(), metrics::reloaded);
        Optional<ServerTls> tls = ServerTls.of(config.http().tls(), reloads);
        Credentials credentials = new Credentials(config.tenants(), config.access(), reloads, clock);
        SchemaRegistryClient registry =
                RegistryClients.create(config.schemaRegistry().url(), registrySettings(config));
        Admin admin = client(() -> Admin.create(config.kafka().client(Map.of())));
        Producer<String, byte[]> producer = producers.apply(ProducerSettings.of(
                config.kafka(),
                config.acknowledgementTimeout(),
                config.maxInFlightBytes(),
                config.http().maxBodyBytes()));
        Readiness readiness = new Readiness(
                admin, registry, List.of(topics.completions(), topics.feedback(), topics.erasureRequests()));

        Telemetry telemetry = Telemetry.start(config.telemetry(), metrics::lost);
        Health health = new Health().ready("topics", readiness::problem);
        LimitSettings limits = config.limits();
        Admissions admissions = new Admissions(limits.maxConcurrentRequests(), budget);
        Connections connections = new Connections(
                limits.maxConnections(),
                limits.requestReadTimeout(),
                limits.idleTimeout(),
                reason -> metrics.rejected(GatewayMetrics.NO_ROUTE, reason));
        metrics.gauges(connections::count, admissions::count);
        Intake intake = new Intake(
                readiness,
                admissions,
                metrics,
                config.http().maxBodyBytes(),
                config.acknowledgementTimeout(),
                clock,
                telemetry);
        Redactor redactor = new Redactor(metrics::redacted);
        AvroSerdes serdes = new AvroSerdes(registry);
        Rates rates = new Rates(credentials.tenants());
        Deadlines deadlines = new Deadlines();
        EventSink<CompletionServed> completions = new EventSink<>(
                "completion",
                Scope.WRITE_COMPLETIONS,
                new CompletionReader(config.modelId(), redactor),
                CompletionServed::getUserId,
                rates,
                new EventLog<>(producer, serdes, topics.completions(), telemetry, deadlines));
        EventSink<FeedbackGiven> feedback = new EventSink<>(
                "feedback",
                Scope.WRITE_FEEDBACK,
                new FeedbackReader(config.modelId(), redactor),
                FeedbackGiven::getUserId,
                rates,
                new EventLog<>(producer, serdes, topics.feedback(), telemetry, deadlines));
        StatusView statuses = StatusView.open(config.status(), config.kafka().client(Map.of()), serdes, topics);
        ApiRoutes routes = new ApiRoutes(
                        new Guard(credentials, new Cors(credentials.tenants()), rates, metrics), metrics)
                .guarded(
                        Method.POST,
                        "/v1/completions",
                        "completions",
                        Set.of(Scope.WRITE_COMPLETIONS),
                        new EventRoute("completions", completions, limits.maxTextCharacters(), intake))
                .forBrowsers(
                        Method.POST,
                        "/v1/feedback",
                        "feedback",
                        Set.of(Scope.WRITE_FEEDBACK),
                        new EventRoute("feedback", feedback, limits.maxTextCharacters(), intake))
                .guarded(
                        Method.POST,
                        "/v1/batch",
                        "batch",
                        Set.of(Scope.WRITE_COMPLETIONS, Scope.WRITE_FEEDBACK),
                        new BatchRoute(
                                Map.of(completions.name(), completions, feedback.name(), feedback),
                                limits.maxBatchItems(),
                                limits.maxTextCharacters(),
                                rates,
                                intake,
                                metrics))
                .guarded(
                        Method.GET,
                        "/v1/feedback/{eventId}",
                        StatusRoute.NAME,
                        Set.of(Scope.READ),
                        new StatusRoute(statuses, metrics))
                .guarded(
                        Method.DELETE,
                        ErasureRoute.PATH,
                        ErasureRoute.NAME,
                        Set.of(Scope.ADMIN),
                        new ErasureRoute(
                                new EventLog<>(producer, serdes, topics.erasureRequests(), telemetry, deadlines),
                                readiness,
                                metrics,
                                config.acknowledgementTimeout(),
                                clock))
                .admin(health, prometheus);
        if (config.apiDocuments()) {
            DocumentRoutes.register(routes);
        }
        try {
            WebServer server = HttpServers.start(
                    "http.port", config.http().host(), config.http().port(), routes.routing(), builder -> {
                        tls.ifPresent(one -> builder.tls(one.tls()));
                        builder.protocolsDiscoverServices(false)
                                .addConnectionSelector(connections)
                                .directHandlers(TransportProblems.handlers(
                                        reason -> metrics.rejected(GatewayMetrics.NO_ROUTE, reason)))
                                .maxPayloadSize(config.http().maxBodyBytes() + BODY_SLACK_BYTES)
                                .backlog(ACCEPT_BACKLOG)
                                .shutdownGracePeriod(
                                        config.acknowledgementTimeout().plus(CLOSE_SLACK));
                    });
            readiness.start();
            reloads.start();
            LOG.info(
                    "gateway listens on {}://{}:{}",
                    tls.isPresent() ? "https" : "http",
                    config.http().host(),
                    server.port());
            return new Gateway(
                    server,
                    readiness,
                    reloads,
                    credentials,
                    statuses,
                    routes.routes(),
                    admin,
                    producer,
                    deadlines,
                    admissions,
                    connections,
                    telemetry);
        } catch (RuntimeException e) {
            connections.close();
            statuses.close();
            reloads.close();
            credentials.close();
            readiness.close();
            producer.close(Duration.ZERO);
            telemetry.close();
            deadlines.close();
            admin.close(Duration.ZERO);
            throw e;
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    /** Everything that it answers, and who may ask. */
    List<ApiRoutes.Route> routes() {
        return routes;
    }

    @Override
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    @Override
    public synchronized void close() {
        if (ended.getCount() == 0) {
            return;
        }
        // Nobody comes in any more, who is inside is answered, and only then the producer goes.
        admissions.close();
        server.stop();
        connections.close();
        statuses.close();
        reloads.close();
        credentials.close();
        readiness.close();
        producer.close(CLOSE_BOUND);
        telemetry.close();
        deadlines.close();
        admin.close(Duration.ZERO);
        ended.countDown();
    }

    /** A Kafka client; that an address cannot be resolved or a setting cannot be used is the operator's to mend. */
    private static <T> T client(Supplier<T> creation) {
        try {
            return creation.get();
        } catch (KafkaException e) {
            throw new ConfigException("kafka", String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage()));
        }
    }

    private static Map<String, String> registrySettings(GatewayConfig config) {
        Map<String, String> settings = new HashMap<>();
        settings.put("http.connect.timeout.ms", Integer.toString(REGISTRY_TIMEOUT_MS));
        settings.put("http.read.timeout.ms", Integer.toString(REGISTRY_TIMEOUT_MS));
        settings.putAll(config.schemaRegistry().properties());
        return settings;
    }
}
