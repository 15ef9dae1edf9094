package dev.attune.quickstart.demo;

import dev.attune.events.CheckpointCommitted;
import dev.attune.events.DeadLetter;
import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceStatus;
import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What is known of the loop from its own topics. Safe for use by several threads. */
final class LoopState {
    /** What was promoted or rejected, for whoever measures it and tells of it. */
    private final BlockingQueue<ReleaseChanged> decided = new LinkedBlockingQueue<>();

    private final AtomicLong events = new AtomicLong();
    private final Set<String> activePairs = new HashSet<>();
    private final Set<String> openDeadLetters = new HashSet<>();
    private final Map<String, Integer> deadLettersByReason = new TreeMap<>();
    private final Map<String, CheckpointCommitted> checkpoints = new LinkedHashMap<>();
    private final Map<String, ReleaseChanged> releases = new LinkedHashMap<>();
    private final List<Evaluation> measurements = new ArrayList<>();
    private final ServedModel base;
    private ServedModel served;

    LoopState(ServedModel base) {
        this.base = base;
        this.served = base;
    }

    /** Events that the gateway acknowledged to the simulated users. */
    void acknowledged(int count) {
        events.addAndGet(count);
    }

    synchronized void pair(PreferencePair pair) {
        if (pair.getStatus() == PreferenceStatus.ACTIVE) {
            activePairs.add(pair.getPairId());
        } else {
            activePairs.remove(pair.getPairId());
        }
    }

    synchronized void deadLetter(DeadLetter letter) {
        if (letter.getResolved()) {
            openDeadLetters.remove(letter.getEventId());
        } else if (openDeadLetters.add(letter.getEventId())) {
            deadLettersByReason.merge(letter.getReason(), 1, Integer::sum);
        }
    }

    synchronized void checkpoint(CheckpointCommitted checkpoint) {
        checkpoints.put(checkpoint.getVersion(), checkpoint);
    }

    synchronized void release(ReleaseChanged release) {
        releases.put(release.getVersion(), release);
        if (release.getState() == ReleaseState.PROMOTED) {
            served = new ServedModel(release.getServedName(), release.getVersion());
        } else if (release.getState() == ReleaseState.ROLLED_BACK
                && release.getVersion().equals(served.version())) {
            ReleaseChanged before = releases.get(release.getPreviousVersion());
            served = before == null ? base : new ServedModel(before.getServedName(), before.getVersion());
        }
        if (release.getState() == ReleaseState.PROMOTED || release.getState() == ReleaseState.REJECTED) {
            decided.add(release);
        }
    }

    synchronized void measured(Evaluation evaluation) {
        measurements.add(evaluation);
    }

    synchronized List<Evaluation> measurements() {
        return List.copyOf(measurements);
    }

    BlockingQueue<ReleaseChanged> decided() {
        return decided;
    }

    synchronized ServedModel served() {
        return served;
    }

    synchronized @Nullable CheckpointCommitted checkpoint(String version) {
        return checkpoints.get(version);
    }

    synchronized Map<String, ReleaseChanged> releases() {
        return new LinkedHashMap<>(releases);
    }

    synchronized Counts counts() {
        Map<ReleaseState, Integer> byState = new HashMap<>();
        releases.values().forEach(release -> byState.merge(release.getState(), 1, Integer::sum));
        List<CheckpointCommitted> all = new ArrayList<>(checkpoints.values());
        return new Counts(
                events.get(),
                activePairs.size(),
                openDeadLetters.size(),
                Map.copyOf(deadLettersByReason),
                all.stream().mapToLong(CheckpointCommitted::getStep).max().orElse(0),
                all.size(),
                byState.getOrDefault(ReleaseState.REJECTED, 0));
    }

    /**
     * How far the loop is.
     *
     * @param events acknowledged by the gateway
     * @param pairs active preference pairs
     * @param steps training steps inside committed checkpoints
     */
    record Counts(
            long events,
            int pairs,
            int deadLetters,
            Map<String, Integer> deadLettersByReason,
            long steps,
            int checkpoints,
            int rejected) {}
}
