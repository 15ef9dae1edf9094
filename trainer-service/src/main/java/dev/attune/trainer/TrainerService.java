package dev.attune.trainer;

import dev.attune.kit.AdminServer;
import dev.attune.kit.Health;
import dev.attune.kit.Metrics;
import dev.attune.kit.RunningService;
import dev.attune.trainer.checkpoint.Milestone;
import dev.attune.trainer.control.Halt;
import dev.attune.trainer.metrics.MicrometerTrainerMetrics;
import dev.attune.trainer.metrics.TrainerMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running trainer: one thread that learns, and the admin server. */
public final class TrainerService implements RunningService {
    private static final Logger LOG = LoggerFactory.getLogger(TrainerService.class);

    private final Thread thread;
    private final AdminServer admin;
    private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
    private volatile @Nullable OnlineTrainer trainer;
    private volatile boolean stopping;

    private TrainerService(TrainerConfig config, Milestone.Listener milestones) {
        PrometheusMeterRegistry registry = Metrics.prometheus("trainer");
        TrainerMetrics metrics = new MicrometerTrainerMetrics(registry);
        Health health = new Health()
                .live("training", () -> end.isDone() ? Optional.of("the training thread has ended") : Optional.empty())
                .ready("input", this::notReady)
                .ready("halted", this::halted);
        this.admin = AdminServer.start(config.admin(), health, registry);
        this.thread = Thread.ofPlatform().name("trainer").unstarted(() -> train(config, metrics, milestones));
    }

    /**
     * Starts the trainer. It restores its checkpoint on its own thread; a setting that turns out wrong there comes out of
     * {@link #awaitEnd()}.
     */
    public static TrainerService start(TrainerConfig config) {
        return start(config, Milestone.Listener.NOBODY);
    }

    /** @param milestones told of each point of the work, on the training thread */
    static TrainerService start(TrainerConfig config, Milestone.Listener milestones) {
        TrainerService service = new TrainerService(config, milestones);
        service.thread.start();
        LOG.info("trainer of {}: admin on port {}", config.modelId(), service.adminPort());
        return service;
    }

    public int adminPort() {
        return admin.port();
    }

    private void train(TrainerConfig config, TrainerMetrics metrics, Milestone.Listener milestones) {
        try {
            OnlineTrainer.End last = OnlineTrainer.End.RESUMED;
            while (last == OnlineTrainer.End.RESUMED) {
                last = run(config, metrics, milestones);
            }
            end.complete(null);
        } catch (Exception | Error e) {
            end.completeExceptionally(e);
        }
    }

    private OnlineTrainer.End run(TrainerConfig config, TrainerMetrics metrics, Milestone.Listener milestones)
            throws Exception {
        try (TrainerAssembly assembly = TrainerAssembly.open(config, metrics, milestones)) {
            trainer = assembly.trainer();
            if (stopping) {
                assembly.trainer().stop();
            }
            return assembly.trainer().run();
        }
    }

    /** Not ready rather than not live: a restart would not help, a person does. */
    private Optional<String> halted() {
        OnlineTrainer running = trainer;
        return running == null ? Optional.empty() : running.halt().map(Halt::toString);
    }

    private Optional<String> notReady() {
        OnlineTrainer running = trainer;
        return running != null && running.isCaughtUp()
                ? Optional.empty()
                : Optional.of("still restoring what it had read");
    }

    @Override
    public void awaitEnd() throws Exception {
        try {
            end.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Exception failure -> throw failure;
                case Error error -> throw error;
                case null, default -> throw e;
            }
        }
    }

    /** Finishes the step in hand, and takes a checkpoint if there are steps since the last. */
    @Override
    public void close() {
        stopping = true;
        OnlineTrainer running = trainer;
        if (running != null) {
            running.stop();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        admin.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
