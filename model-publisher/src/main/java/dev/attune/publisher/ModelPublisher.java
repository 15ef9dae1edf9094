package dev.attune.publisher;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.kit.ConfigException;
import dev.attune.kit.KafkaSettings;
import dev.attune.publisher.canary.CanaryJudge;
import dev.attune.publisher.canary.CanarySettings;
import dev.attune.publisher.canary.LiveJudge;
import dev.attune.publisher.canary.ModeJudge;
import dev.attune.publisher.canary.ShadowJudge;
import dev.attune.publisher.canary.ShadowServing;
import dev.attune.publisher.control.WishTopic;
import dev.attune.publisher.gate.BaseModel;
import dev.attune.publisher.gate.CandidateGates;
import dev.attune.publisher.gate.CheckpointGate;
import dev.attune.publisher.gate.GateSettings;
import dev.attune.publisher.gate.HeldOutBounds;
import dev.attune.publisher.gate.HeldOutGate;
import dev.attune.publisher.http.JsonHttp;
import dev.attune.publisher.http.Retrier;
import dev.attune.publisher.http.StopSignal;
import dev.attune.publisher.log.CheckpointLog;
import dev.attune.publisher.log.ReleaseLog;
import dev.attune.publisher.log.TopicReaders;
import dev.attune.publisher.merge.MergedModels;
import dev.attune.publisher.merge.MergedSettings;
import dev.attune.publisher.metrics.MicrometerPublisherMetrics;
import dev.attune.publisher.metrics.PublisherMetrics;
import dev.attune.publisher.routes.RouteFile;
import dev.attune.publisher.routes.RouteSettings;
import dev.attune.publisher.serving.Delivery;
import dev.attune.publisher.serving.ReplicaGroup;
import dev.attune.publisher.serving.ReplicaProof;
import dev.attune.publisher.serving.ReplicaSource;
import dev.attune.publisher.serving.ServingSettings;
import dev.attune.publisher.store.ReleaseStore;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loop of one model with the parts that it needs, in a thread of its own. */
final class ModelPublisher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ModelPublisher.class);
    /** The temperature that a shadow is asked at. */
    private static final double AS_USERS = 1.0;

    private final String name;
    private final StopSignal stop;
    private final CheckpointLog checkpoints;
    private final Publisher publisher;
    private final Thread thread;
    private final Deque<AutoCloseable> resources;
    private boolean closed;

    private ModelPublisher(
            String name,
            StopSignal stop,
            CheckpointLog checkpoints,
            Publisher publisher,
            Deque<AutoCloseable> resources,
            Runnable ended) {
        this.name = name;
        this.stop = stop;
        this.checkpoints = checkpoints;
        this.publisher = publisher;
        this.resources = resources;
        this.thread = Thread.ofPlatform().name("publisher " + name).unstarted(() -> {
            publisher.run();
            ended.run();
        });
    }

    /**
     * What the models have in common.
     *
     * @param registry of meters; each model has its own by a tag
     * @param listener told of every transition
     */
    record Shared(
            PublisherConfig config,
            Topics topics,
            AvroSerdes serdes,
            ReleaseStore store,
            MeterRegistry registry,
            ReleaseLog.Listener listener) {

        /** A setting of a model, as it stands in the file. */
        String setting(ModelSettings model, String name) {
            return "models[" + config.models().indexOf(model) + "]." + name;
        }
    }

    /**
     * Starts the loop.
     *
     * @param ended called in the loop's thread when it has ended, for whatever reason
     * @throws ConfigException if a file or folder that the configuration names cannot be used
     */
    static ModelPublisher start(Shared shared, ModelSettings model, Runnable ended) {
        Deque<AutoCloseable> resources = new ArrayDeque<>();
        try {
            ModelPublisher publisher = build(shared, model, resources, ended);
            publisher.thread.start();
            LOG.info("publishing {} to {}", model.name(), model.serving().targets());
            return publisher;
        } catch (RuntimeException e) {
            release(resources);
            throw e;
        }
    }

    private static ModelPublisher build(
            Shared shared, ModelSettings model, Deque<AutoCloseable> resources, Runnable ended) {
        Clock clock = Clock.systemUTC();
        StopSignal stop = new StopSignal();
        ServingSettings serving = model.serving();
        PublisherMetrics metrics = new MicrometerPublisherMetrics(shared.registry(), model.tenant(), model.modelId());
        JsonHttp http = opened(resources, new JsonHttp(serving.retry().callTimeout(), stop));
        Retrier retrier = new Retrier(serving.retry(), stop);
        ReplicaGroup replicas = new ReplicaGroup(opened(resources, ReplicaSource.open(serving, http)));
        GateSettings gateSettings = model.gates();
        CandidateGates gates =
                opened(resources, new CandidateGates(gateSettings, serving.baseModel(), replicas, retrier, http, stop));
        HeldOutBounds heldOut = gateSettings == null ? null : gateSettings.heldOut();
        Delivery delivery =
                new Delivery(replicas, new ReplicaProof(serving.baseModel(), serving.probes()), retrier, metrics);
        AdapterStore adapters = adapterStore(shared, model, retrier, stop);

        PublisherConfig config = shared.config();
        ReleaseLog releases = opened(
                resources,
                ReleaseLog.open(
                        config.kafka(),
                        shared.topics(),
                        shared.serdes(),
                        model.tenant(),
                        model.modelId(),
                        metrics,
                        shared.listener(),
                        clock));
        CheckpointLog checkpoints = opened(
                resources,
                new CheckpointLog(config.kafka(), shared.topics(), shared.serdes(), model.tenant(), model.modelId()));
        WishTopic wishes = opened(
                resources,
                WishTopic.follow(
                        TopicReaders.open(config.kafka(), shared.topics().releaseControl(), shared.serdes()),
                        model.tenant(),
                        model.modelId(),
                        stop::interrupt));
        Champions champions = champions(shared, model, clock);
        Lineage lineage = new Lineage();
        Proving proving = new Proving(delivery, gates, champions, metrics);
        Promotion promotion = new Promotion(model.releases(), adapters, proving, releases, lineage, metrics, clock);
        Admission admission = new Admission(adapters, heldOut == null ? null : new HeldOutGate(heldOut), metrics);
        Trial trial = model.canary() == null
                ? null
                : new Trial(model.canary(), opened(resources, judge(shared, model, model.canary(), replicas)), clock);
        ReleaseMachine machine = new ReleaseMachine(
                model.releases(), admission, adapters, proving, promotion, trial, releases, wishes, metrics);
        Publisher publisher = new Publisher(
                model,
                checkpoints,
                releases,
                wishes,
                lineage,
                machine,
                promotion,
                champions,
                adapters,
                delivery,
                gates,
                clock,
                stop);
        return new ModelPublisher(model.name(), stop, checkpoints, publisher, resources, ended);
    }

    /** After the log is ours: of two that start at once, the same one should win both. */
    private static Champions champions(Shared shared, ModelSettings model, Clock clock) {
        String owner = ProcessHandle.current().pid() + "@" + System.getenv().getOrDefault("HOSTNAME", "localhost") + " "
                + UUID.randomUUID();
        try {
            return new Champions(
                    shared.store().claim(model.tenant(), model.modelId(), owner, clock),
                    model.serving().baseModel(),
                    route(shared, model));
        } catch (IOException e) {
            throw new ConfigException("store", "the pointer of " + model.name() + " cannot be used: " + e.getMessage());
        }
    }

    private static @Nullable RouteFile route(Shared shared, ModelSettings model) {
        RouteSettings route = model.route();
        if (route == null) {
            return null;
        }
        Path folder = Objects.requireNonNull(route.file().toAbsolutePath().getParent(), "a file is in a folder");
        if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new ConfigException(
                    shared.setting(model, "route.file"), folder + " is no folder that can be written to");
        }
        return new RouteFile(route);
    }

    private static CanaryJudge judge(Shared shared, ModelSettings model, CanarySettings canary, ReplicaGroup replicas) {
        KafkaSettings kafka = shared.config().kafka();
        String baseModel = model.serving().baseModel();
        ShadowServing serving = (name, messages, maxTokens, number) ->
                replicas.text(number, name, messages, maxTokens, AS_USERS, number);
        return new ModeJudge(
                new LiveJudge(kafka, shared.topics(), shared.serdes(), canary, baseModel),
                new ShadowJudge(kafka, shared.topics(), shared.serdes(), canary, baseModel, serving));
    }

    private static AdapterStore adapterStore(Shared shared, ModelSettings model, Retrier retrier, StopSignal stop) {
        BaseModel base;
        try {
            base = BaseModel.read(model.base().directory());
        } catch (BrokenArtifactException e) {
            throw new ConfigException(shared.setting(model, "base.directory"), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new ConfigException(shared.setting(model, "base.directory"), "cannot be read: " + e);
        }
        MergedSettings mergedSettings = model.merged();
        MergedModels merged;
        try {
            merged = mergedSettings == null
                    ? null
                    : new MergedModels(model.modelId(), model.base().directory(), mergedSettings, stop::check);
        } catch (IOException e) {
            throw new ConfigException(shared.setting(model, "merged.directory"), "cannot be used: " + e);
        }
        return new AdapterStore(
                new CheckpointGate(base, model.serving().adapters(), model.limits()),
                shared.store().artifacts(),
                shared.store().signing(),
                retrier,
                shared.config().store().servedFolder(),
                model.serving().storeDirectory(),
                merged);
    }

    String name() {
        return name;
    }

    /** What keeps releases from being delivered now. */
    Optional<String> servingProblem() {
        return publisher.servingProblem();
    }

    /** What ended the loop, where it was not asked to end. */
    Optional<Throwable> failure() {
        return publisher.failure();
    }

    boolean isAlive() {
        return publisher.isAlive();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        // Ends a call to a replica that is under way; the release is taken up at the next start.
        stop.request();
        checkpoints.wakeup();
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
