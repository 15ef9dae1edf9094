package dev.attune.publisher;

import dev.attune.kit.AdminServer;
import dev.attune.kit.ConfigException;
import dev.attune.kit.Health;
import dev.attune.kit.Metrics;
import dev.attune.kit.RunningService;
import dev.attune.publisher.desk.ReleaseApi;
import dev.attune.publisher.log.ReleaseLog;
import dev.attune.publisher.store.ReleaseStore;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.RegistryClients;
import dev.attune.schemas.Topics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** The publisher as a process: a loop for each model, and health and metrics of all. It ends with the first loop that does. */
public final class PublisherService implements RunningService {

    private final List<ModelPublisher> models;
    private final AdminServer admin;
    private final @Nullable ReleaseApi api;
    private final ReleaseStore store;
    private final CountDownLatch ended;

    private PublisherService(
            List<ModelPublisher> models,
            AdminServer admin,
            @Nullable ReleaseApi api,
            ReleaseStore store,
            CountDownLatch ended) {
        this.models = models;
        this.admin = admin;
        this.api = api;
        this.store = store;
        this.ended = ended;
    }

    /**
     * Starts the service.
     *
     * @throws ConfigException if a file or folder that the configuration names cannot be used
     */
    public static PublisherService start(PublisherConfig config) {
        return start(config, new ReleaseLog.Listener() {});
    }

    /** @param listener told of every transition of every model */
    static PublisherService start(PublisherConfig config, ReleaseLog.Listener listener) {
        List<ModelPublisher> models = new ArrayList<>();
        CountDownLatch ended = new CountDownLatch(1);
        ReleaseApi api = null;
        ReleaseStore store = ReleaseStore.open(config.store());
        try {
            PrometheusMeterRegistry registry = Metrics.prometheus("publisher");
            AvroSerdes serdes = new AvroSerdes(RegistryClients.create(
                    config.schemaRegistry().url(), config.schemaRegistry().properties()));
            ModelPublisher.Shared shared = new ModelPublisher.Shared(
                    config, new Topics(config.topicPrefix()), serdes, store, registry, listener);
            for (ModelSettings model : config.models()) {
                models.add(ModelPublisher.start(shared, model, ended::countDown));
            }
            if (config.api() != null) {
                api = ReleaseApi.start(config.api(), config, shared.topics(), serdes);
            }
            AdminServer admin = AdminServer.start(config.admin(), health(models), registry);
            return new PublisherService(models, admin, api, store, ended);
        } catch (RuntimeException e) {
            models.forEach(ModelPublisher::close);
            if (api != null) {
                api.close();
            }
            store.close();
            throw e;
        }
    }

    private static Health health(List<ModelPublisher> models) {
        Health health = new Health();
        for (ModelPublisher model : models) {
            health.live("loop of " + model.name(), () -> model.isAlive() ? Optional.empty() : Optional.of("has ended"))
                    .ready("serving of " + model.name(), model::servingProblem);
        }
        return health;
    }

    /** The port of health and metrics. */
    public int adminPort() {
        return admin.port();
    }

    /** The port of the API; 0 where there is none. */
    public int apiPort() {
        return api == null ? 0 : api.port();
    }

    @Override
    public void awaitEnd() throws Exception {
        ended.await();
        for (ModelPublisher model : models) {
            @Nullable Throwable failure = model.failure().orElse(null);
            switch (failure) {
                case null -> {}
                case Exception e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException(failure);
            }
        }
    }

    @Override
    public void close() {
        if (api != null) {
            api.close();
        }
        models.forEach(ModelPublisher::close);
        admin.close();
        store.close();
    }
}
