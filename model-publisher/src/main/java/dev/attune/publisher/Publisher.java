package dev.attune.publisher;

import dev.attune.artifacts.CheckpointVersion;
import dev.attune.events.ReleaseState;
import dev.attune.publisher.control.WishTopic;
import dev.attune.publisher.gate.CandidateGates;
import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.StopSignal;
import dev.attune.publisher.http.StoppedException;
import dev.attune.publisher.log.CheckpointLog;
import dev.attune.publisher.log.ReleaseHistory;
import dev.attune.publisher.log.ReleaseHistory.Live;
import dev.attune.publisher.log.ReleaseLog;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.serving.Delivery;
import dev.attune.publisher.serving.ServedAdapter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of one model: hears of checkpoints and of what people want, releases the newest, skips the others, and in between
 * keeps the replicas at what is live. One thread.
 */
final class Publisher implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    private static final Duration POLL = Duration.ofMillis(500);

    private final String modelId;
    private final Duration restoreInterval;
    private final ReleaseSettings settings;
    private final CheckpointLog checkpoints;
    private final ReleaseLog releases;
    private final WishTopic wishes;
    private final Lineage lineage;
    private final ReleaseMachine machine;
    private final Promotion promotion;
    private final Champions champions;
    private final AdapterStore adapters;
    private final Delivery delivery;
    private final CandidateGates gates;
    private final Clock clock;
    private final StopSignal stop;
    private long restoredAtNanos;
    private @Nullable String restoredCurrent;
    private volatile String servingProblem = "not asked yet";
    private volatile @Nullable Throwable failure;
    private volatile boolean ended;

    Publisher(
            ModelSettings model,
            CheckpointLog checkpoints,
            ReleaseLog releases,
            WishTopic wishes,
            Lineage lineage,
            ReleaseMachine machine,
            Promotion promotion,
            Champions champions,
            AdapterStore adapters,
            Delivery delivery,
            CandidateGates gates,
            Clock clock,
            StopSignal stop) {
        this.modelId = model.modelId();
        this.restoreInterval = model.restoreInterval();
        this.settings = model.releases();
        this.checkpoints = checkpoints;
        this.releases = releases;
        this.wishes = wishes;
        this.lineage = lineage;
        this.machine = machine;
        this.promotion = promotion;
        this.champions = champions;
        this.adapters = adapters;
        this.delivery = delivery;
        this.gates = gates;
        this.clock = clock;
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
            while (!stop.isRequested()) {
                round();
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

    private void round() {
        // What was said until now is heard in this round; what is said from now on cuts it off.
        stop.clear();
        try {
            work();
        } catch (StoppedException e) {
            if (stop.isRequested()) {
                throw e;
            }
            LOG.info("somebody said something: what was under way is taken up again after it");
        }
    }

    private void work() {
        machine.rollBack();
        champions.follow(releases.history());
        promotion.retire();
        ReleasePlan plan = ReleasePlan.of(lineage.releasable(), releases.history(), settings.approval());
        plan.refused().forEach(machine::refuse);
        plan.skipped().forEach(skipped -> machine.supersede(skipped, String.valueOf(plan.by())));
        // What is held is not gone past: its users, or a person, have not decided yet.
        Candidate next = plan.held() == null ? plan.next() : plan.held();
        if (next != null && !mayBegin() && !releases.history().isOpen(next.version())) {
            next = null;
        }
        if (next == null && !isRestoreDue()) {
            return;
        }
        // Nothing is begun while serving is away: it waits, and a newer one may take its place.
        if ((isRestored(next) || restore()) && next != null) {
            machine.walk(next);
            champions.follow(releases.history());
        }
    }

    /** Whether a new release may begin now. */
    private boolean mayBegin() {
        Instant last = releases.history().current().map(Live::since).orElse(Instant.MIN);
        return wishes.wishes().pause().isEmpty()
                && (last.equals(Instant.MIN)
                        || !last.plus(settings.minInterval()).isAfter(clock.instant()));
    }

    /** What waits for users or people is looked at in each round; replicas need not be asked each time. */
    private boolean isRestored(@Nullable Candidate next) {
        return next != null && isHeld(next) && !isRestoreDue() && servingProblem.isEmpty();
    }

    private boolean isHeld(Candidate candidate) {
        ReleaseState state = releases.history().state(candidate.version()).orElse(ReleaseState.UNKNOWN);
        return state == ReleaseState.CANARY || state == ReleaseState.VERIFIED;
    }

    /** Also as soon as users are to get another version: some replicas have to be told. */
    private boolean isRestoreDue() {
        return restoredAtNanos == 0
                || !Objects.equals(restoredCurrent, currentName())
                || delivery.hasNewReplica()
                || System.nanoTime() - restoredAtNanos > restoreInterval.toNanos();
    }

    /** Brings every replica to what it has to have; false where one is away. */
    private boolean restore() {
        champions.requireOwner();
        try {
            delivery.restore(currentName(), loaded(), this::isLeftOver);
            gates.measureBase();
            servingProblem = "";
        } catch (CallException e) {
            servingProblem = String.valueOf(e.getMessage());
            LOG.warn("serving is not as it should be: {}", servingProblem);
        }
        restoredAtNanos = System.nanoTime();
        restoredCurrent = currentName();
        return servingProblem.isEmpty();
    }

    /** Served name of what users are answered with; null for the base. */
    private @Nullable String currentName() {
        return releases.history()
                .current()
                .map(live -> live.candidate().servedName())
                .orElse(null);
    }

    /** What users are answered with or may be at once, and what waits for a judgement. */
    private List<ServedAdapter> loaded() {
        ReleaseHistory history = releases.history();
        return Stream.of(history.promoted(), history.in(ReleaseState.CANARY), history.in(ReleaseState.VERIFIED))
                .flatMap(List::stream)
                .flatMap(live -> adapters.find(live.candidate()).stream())
                .toList();
    }

    /** Our names are {@code <modelId>-<version>}; whatever else a replica has is not ours to unload. */
    private boolean isLeftOver(String name) {
        if (!name.startsWith(modelId + "-")) {
            return false;
        }
        String version = name.substring(modelId.length() + 1);
        try {
            CheckpointVersion.parse(version);
        } catch (IllegalArgumentException otherName) {
            return false;
        }
        ReleaseHistory history = releases.history();
        boolean drains = history.rolledBackAt(version)
                .filter(since -> !promotion.isDrained(since))
                .isPresent();
        return !drains && !history.isOpen(version);
    }
}
