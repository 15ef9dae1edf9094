package dev.attune.publisher;

import dev.attune.artifacts.CheckpointVersion;
import dev.attune.publisher.gate.ServedGates;
import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.StopSignal;
import dev.attune.publisher.http.StoppedException;
import dev.attune.publisher.log.CheckpointLog;
import dev.attune.publisher.log.ReleaseHistory.Live;
import dev.attune.publisher.log.ReleaseLog;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.Release;
import dev.attune.publisher.serving.Delivery;
import dev.attune.publisher.serving.ServedAdapter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The publisher's loop: learns of checkpoints, releases the newest, skips the others, and in between keeps the replicas at
 * what is live. One thread.
 */
final class Publisher implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    private static final Duration POLL = Duration.ofMillis(500);

    private final String modelId;
    private final Duration restoreInterval;
    private final CheckpointLog checkpoints;
    private final ReleaseLog releases;
    private final Lineage lineage;
    private final ReleaseProcess process;
    private final AdapterStore adapters;
    private final Delivery delivery;
    private final @Nullable ServedGates gates;
    private final StopSignal stop;
    private long restoredAtNanos;
    private volatile String servingProblem = "not asked yet";
    private volatile @Nullable Throwable failure;
    private volatile boolean ended;

    Publisher(
            PublisherConfig config,
            CheckpointLog checkpoints,
            ReleaseLog releases,
            Lineage lineage,
            ReleaseProcess process,
            AdapterStore adapters,
            Delivery delivery,
            @Nullable ServedGates gates,
            StopSignal stop) {
        this.modelId = config.modelId();
        this.restoreInterval = config.restoreInterval();
        this.checkpoints = checkpoints;
        this.releases = releases;
        this.lineage = lineage;
        this.process = process;
        this.adapters = adapters;
        this.delivery = delivery;
        this.gates = gates;
        this.stop = stop;
    }

    /** What keeps releases from being delivered now. */
    Optional<String> servingProblem() {
        return Optional.of(servingProblem).filter(problem -> !problem.isEmpty());
    }

    /** What ended the loop, where it was not asked to end. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** Whether the loop runs, or will. */
    boolean isAlive() {
        return !ended;
    }

    @Override
    public void run() {
        try {
            lineage.add(checkpoints.readToEnd());
            // An earlier run may have ended between a promotion and what follows it.
            process.retire();
            while (!stop.isRequested()) {
                work();
                lineage.add(checkpoints.poll(POLL));
            }
        } catch (StoppedException | WakeupException | InterruptException asked) {
            LOG.debug("asked to stop", asked);
        } catch (RuntimeException | Error e) {
            failure = e;
        } finally {
            ended = true;
        }
    }

    private void work() {
        ReleasePlan plan = ReleasePlan.of(lineage.releasable(), releases.history());
        plan.refused().forEach(process::refuse);
        for (Candidate skipped : plan.skipped()) {
            releases.record(releases.record(Release.received(skipped)).supersede(String.valueOf(plan.by())));
        }
        if (plan.next() == null && !isRestoreDue()) {
            return;
        }
        // Nothing is begun while serving is away: it waits, and a newer one may take its place.
        if (restore() && plan.next() != null) {
            process.release(plan.next());
        }
    }

    private boolean isRestoreDue() {
        return restoredAtNanos == 0 || System.nanoTime() - restoredAtNanos > restoreInterval.toNanos();
    }

    /** Brings every replica to what is live; false where one is away. */
    private boolean restore() {
        try {
            delivery.restore(liveAdapters(), this::isLeftOver);
            if (gates != null) {
                gates.measureBase();
            }
            servingProblem = "";
        } catch (CallException e) {
            servingProblem = String.valueOf(e.getMessage());
            LOG.warn("serving is not as it should be: {}", servingProblem);
        }
        restoredAtNanos = System.nanoTime();
        return servingProblem.isEmpty();
    }

    private List<ServedAdapter> liveAdapters() {
        return releases.history().live().stream()
                .map(Live::candidate)
                .flatMap(candidate -> adapters.find(candidate).stream())
                .toList();
    }

    /** Our names are {@code <modelId>-<version>}; whatever else a replica has is not ours to unload. */
    private boolean isLeftOver(String name) {
        boolean isLive = releases.history().live().stream()
                .anyMatch(live -> live.candidate().servedName().equals(name));
        if (isLive || !name.startsWith(modelId + "-")) {
            return false;
        }
        try {
            CheckpointVersion.parse(name.substring(modelId.length() + 1));
            return true;
        } catch (IllegalArgumentException otherName) {
            return false;
        }
    }
}
