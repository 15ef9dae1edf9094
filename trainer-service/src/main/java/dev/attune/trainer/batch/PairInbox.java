package dev.attune.trainer.batch;

import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceStatus;
import dev.attune.trainer.batch.Intake.Cause;
import java.util.Set;

/**
 * Decides what becomes of each record of the preference-pairs topic, and keeps what waits. Before training the newest
 * revision of a pair wins and a retraction removes it; after training only the other direction is trained, once.
 */
public final class PairInbox {
    private final String modelId;
    private final Set<String> tenants;
    private final PairReader reader;
    private final PendingPairs pending;
    private final TrainedPairs trained;
    private final HeldOutSlice heldOut;
    private final ReplayBuffer replay;

    /** @param tenants whose pairs are trained; empty: all */
    public PairInbox(
            String modelId,
            Set<String> tenants,
            PairReader reader,
            PendingPairs pending,
            TrainedPairs trained,
            HeldOutSlice heldOut,
            ReplayBuffer replay) {
        this.modelId = modelId;
        this.tenants = Set.copyOf(tenants);
        this.reader = reader;
        this.pending = pending;
        this.trained = trained;
        this.heldOut = heldOut;
        this.replay = replay;
    }

    /** @param nowNanos {@link System#nanoTime()} */
    public Intake accept(SourceRecord source, long nowNanos) {
        if (source.value() == null) {
            return new Intake.Ignored(Cause.EMPTY);
        }
        try {
            PreferencePair pair = reader.read(source);
            if (!pair.getModelId().equals(modelId)) {
                return new Intake.Ignored(Cause.OTHER_MODEL);
            }
            if (!tenants.isEmpty() && !tenants.contains(pair.getTenant())) {
                return new Intake.Ignored(Cause.OTHER_TENANT);
            }
            return accept(pair, reader.key(pair), source, nowNanos);
        } catch (UnusablePairException e) {
            return new Intake.Refused(e.reason(), e.getMessage());
        }
    }

    private Intake accept(PreferencePair pair, PairKey key, SourceRecord source, long nowNanos)
            throws UnusablePairException {
        PendingPair waiting = pending.get(key);
        if (trained.isSettled(key, pair.getRevision())
                || (waiting != null && pair.getRevision() <= waiting.revision())) {
            return new Intake.Ignored(Cause.OLD_REVISION);
        }
        if (pair.getStatus() == PreferenceStatus.RETRACTED) {
            return retract(key, pair);
        }
        replay.said(key, Direction.of(pair));
        if (trained.isTrained(key, Direction.of(pair))) {
            // A flip that was waiting has been taken back.
            pending.remove(key);
            trained.settled(key, pair.getRevision(), pair.getServedAt());
            return new Intake.Ignored(Cause.ALREADY_TRAINED);
        }
        if (waiting == null && trained.isTooOld(key, pair.getServedAt())) {
            return new Intake.Refused(
                    DeadLetterReason.TOO_OLD,
                    "its answers were served at %s, and it may have been trained before what the ledger remembers"
                            .formatted(pair.getServedAt()));
        }
        try {
            PairReader.Encoded encoded = reader.encode(pair, key, source, nowNanos);
            return new Intake.Accepted(pending.put(encoded.pair()), encoded.truncated());
        } catch (UnusablePairException e) {
            // What waited is no longer what people say.
            pending.remove(key);
            heldOut.remove(key);
            replay.remove(key);
            throw e;
        }
    }

    private Intake retract(PairKey key, PreferencePair pair) {
        pending.remove(key);
        replay.remove(key);
        boolean wasHeldOut = heldOut.remove(key);
        if (!trained.isKnown(key)) {
            return new Intake.Ignored(Cause.RETRACTED);
        }
        trained.settled(key, pair.getRevision(), pair.getServedAt());
        return new Intake.Ignored(wasHeldOut ? Cause.RETRACTED : Cause.RETRACTED_AFTER_TRAINING);
    }
}
