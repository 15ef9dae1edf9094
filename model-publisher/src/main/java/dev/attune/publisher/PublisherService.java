package dev.attune.publisher;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.kit.AdminServer;
import dev.attune.kit.ConfigException;
import dev.attune.kit.Health;
import dev.attune.kit.Metrics;
import dev.attune.kit.RunningService;
import dev.attune.publisher.gate.BaseModel;
import dev.attune.publisher.gate.CheckpointGate;
import dev.attune.publisher.gate.ServedGates;
import dev.attune.publisher.http.JsonHttp;
import dev.attune.publisher.http.Retrier;
import dev.attune.publisher.http.StopSignal;
import dev.attune.publisher.log.CheckpointLog;
import dev.attune.publisher.log.ReleaseLog;
import dev.attune.publisher.metrics.MicrometerPublisherMetrics;
import dev.attune.publisher.serving.Delivery;
import dev.attune.publisher.serving.ReplicaGroup;
import dev.attune.publisher.serving.ReplicaProof;
import dev.attune.publisher.serving.ServingSettings;
import dev.attune.publisher.serving.VllmReplica;
import dev.attune.publisher.store.LocalArtifactStore;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.RegistryClients;
import dev.attune.schemas.Topics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The publisher as a process: builds its parts, runs the loop in a thread of its own, and releases everything at the end. */
public final class PublisherService implements RunningService {

    private static final Logger LOG = LoggerFactory.getLogger(PublisherService.class);

    private final StopSignal stop;
    private final CheckpointLog checkpoints;
    private final Publisher publisher;
    private final Thread thread;
    private final Deque<AutoCloseable> resources;
    private final int adminPort;
    private boolean closed;

    private PublisherService(
            StopSignal stop,
            CheckpointLog checkpoints,
            Publisher publisher,
            Deque<AutoCloseable> resources,
            int adminPort) {
        this.stop = stop;
        this.checkpoints = checkpoints;
        this.publisher = publisher;
        this.resources = resources;
        this.adminPort = adminPort;
        this.thread = Thread.ofPlatform().name("publisher").unstarted(publisher);
    }

    /**
     * Starts the service.
     *
     * @throws ConfigException if a file or folder that the configuration names cannot be used
     */
    public static PublisherService start(PublisherConfig config) {
        Deque<AutoCloseable> resources = new ArrayDeque<>();
        try {
            PublisherService service = build(config, resources);
            service.thread.start();
            LOG.info(
                    "publishing {} to {}; health and metrics on port {}",
                    config.modelId(),
                    config.serving().replicas(),
                    service.adminPort);
            return service;
        } catch (RuntimeException e) {
            release(resources);
            throw e;
        }
    }

    private static PublisherService build(PublisherConfig config, Deque<AutoCloseable> resources) {
        Clock clock = Clock.systemUTC();
        StopSignal stop = new StopSignal();
        ServingSettings serving = config.serving();
        PrometheusMeterRegistry registry = Metrics.prometheus("publisher");
        MicrometerPublisherMetrics metrics = new MicrometerPublisherMetrics(registry);
        JsonHttp http = opened(resources, new JsonHttp(serving.retry().callTimeout()));
        Retrier retrier = new Retrier(serving.retry(), stop);
        ReplicaGroup replicas = new ReplicaGroup(serving.replicas().stream()
                .map(replica -> new VllmReplica(replica, http))
                .toList());
        ServedGates gates = config.gates() == null
                ? null
                : new ServedGates(config.gates(), serving.baseModel(), replicas, retrier, http);
        Delivery delivery =
                new Delivery(replicas, new ReplicaProof(serving.baseModel(), serving.probes()), retrier, metrics);
        AdapterStore adapters = adapterStore(config, retrier);

        Topics topics = new Topics(config.topicPrefix());
        AvroSerdes serdes = new AvroSerdes(RegistryClients.create(
                config.schemaRegistry().url(), config.schemaRegistry().properties()));
        ReleaseLog releases = opened(
                resources,
                ReleaseLog.open(config.kafka(), topics, serdes, config.tenant(), config.modelId(), metrics, clock));
        CheckpointLog checkpoints =
                opened(resources, new CheckpointLog(config.kafka(), topics, serdes, config.tenant(), config.modelId()));
        Lineage lineage = new Lineage();
        ReleaseProcess process =
                new ReleaseProcess(adapters, delivery, gates, releases, lineage, metrics, clock, serving.keepLoaded());
        Publisher publisher =
                new Publisher(config, checkpoints, releases, lineage, process, adapters, delivery, gates, stop);
        AdminServer admin = opened(resources, AdminServer.start(config.admin(), health(publisher), registry));
        return new PublisherService(stop, checkpoints, publisher, resources, admin.port());
    }

    private static AdapterStore adapterStore(PublisherConfig config, Retrier retrier) {
        BaseModel base;
        try {
            base = BaseModel.read(config.base().directory());
        } catch (BrokenArtifactException e) {
            throw new ConfigException("base.directory", String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new ConfigException("base.directory", "cannot be read: " + e);
        }
        try {
            return new AdapterStore(
                    new CheckpointGate(base, config.serving().adapters()),
                    new LocalArtifactStore(config.store().directory()),
                    retrier,
                    config.store().directory(),
                    config.serving().storeDirectory());
        } catch (IOException e) {
            throw new ConfigException("store.directory", "cannot be used: " + e);
        }
    }

    private static Health health(Publisher publisher) {
        return new Health()
                .live("loop", () -> publisher.isAlive() ? Optional.empty() : Optional.of("has ended"))
                .ready("serving", publisher::servingProblem);
    }

    /** The port of health and metrics. */
    public int adminPort() {
        return adminPort;
    }

    @Override
    public void awaitEnd() throws Exception {
        thread.join();
        @Nullable Throwable failure = publisher.failure().orElse(null);
        switch (failure) {
            case null -> {}
            case Exception e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        stop.request();
        checkpoints.wakeup();
        // Ends a call to a replica that is under way; the release is taken up at the next start.
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        release(resources);
    }

    private static <T extends AutoCloseable> T opened(Deque<AutoCloseable> resources, T resource) {
        resources.push(resource);
        return resource;
    }

    private static void release(Deque<AutoCloseable> resources) {
        for (AutoCloseable resource : resources) {
            try {
                resource.close();
            } catch (Exception e) {
                LOG.warn("could not close {}", resource.getClass().getSimpleName(), e);
            }
        }
    }
}
