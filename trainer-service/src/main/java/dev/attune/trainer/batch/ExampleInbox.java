package dev.attune.trainer.batch;

import dev.attune.events.PreferenceStatus;
import dev.attune.schemas.UnreadableRecordException;
import dev.attune.trainer.batch.Intake.Cause;
import java.util.Set;

/**
 * Decides what becomes of each record of the input topic, pairs or single answers, and keeps what waits. Before training the
 * newest revision wins and a retraction removes it; after training only the other direction is trained, once.
 */
public final class ExampleInbox {
    private final String modelId;
    private final Set<String> tenants;
    private final PreferenceReader reader;
    private final PreferenceEncoder encoder;
    private final PendingExamples pending;
    private final TrainedExamples trained;
    private final HeldOutSlice heldOut;
    private final ReplayBuffer replay;

    /** @param tenants whose pairs are trained; empty: all */
    public ExampleInbox(
            String modelId,
            Set<String> tenants,
            PreferenceReader reader,
            PreferenceEncoder encoder,
            PendingExamples pending,
            TrainedExamples trained,
            HeldOutSlice heldOut,
            ReplayBuffer replay) {
        this.modelId = modelId;
        this.tenants = Set.copyOf(tenants);
        this.reader = reader;
        this.encoder = encoder;
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
            Preference said = reader.read(source);
            if (!said.modelId().equals(modelId)) {
                return new Intake.Ignored(Cause.OTHER_MODEL);
            }
            if (!tenants.isEmpty() && !tenants.contains(said.tenant())) {
                return new Intake.Ignored(Cause.OTHER_TENANT);
            }
            return accept(said, encoder.key(said), source, nowNanos);
        } catch (UnreadableRecordException e) {
            return new Intake.Refused(DeadLetterReason.of(e.reason()), String.valueOf(e.getMessage()));
        } catch (UnusableExampleException e) {
            return new Intake.Refused(e.reason(), e.getMessage());
        }
    }

    private Intake accept(Preference said, ExampleKey key, SourceRecord source, long nowNanos)
            throws UnusableExampleException {
        PendingExample waiting = pending.get(key);
        if (trained.isSettled(key, said.revision()) || (waiting != null && said.revision() <= waiting.revision())) {
            return new Intake.Ignored(Cause.OLD_REVISION);
        }
        if (said.status() == PreferenceStatus.RETRACTED) {
            return retract(key, said);
        }
        replay.said(key, said.direction());
        if (trained.isTrained(key, said.direction())) {
            // A flip that was waiting has been taken back.
            pending.remove(key);
            trained.settled(key, said.revision(), said.servedAt());
            return new Intake.Ignored(Cause.ALREADY_TRAINED);
        }
        if (waiting == null && trained.isTooOld(key, said.servedAt())) {
            return new Intake.Refused(
                    DeadLetterReason.TOO_OLD,
                    "its answers were served at %s, and it may have been trained before what the ledger remembers"
                            .formatted(said.servedAt()));
        }
        try {
            PreferenceEncoder.Encoded encoded = encoder.encode(said, key, source, nowNanos);
            return new Intake.Accepted(pending.put(encoded.example()), encoded.truncated());
        } catch (UnusableExampleException e) {
            // What waited is no longer what people say.
            pending.remove(key);
            heldOut.remove(key);
            replay.remove(key);
            throw e;
        }
    }

    private Intake retract(ExampleKey key, Preference said) {
        pending.remove(key);
        replay.remove(key);
        boolean wasHeldOut = heldOut.remove(key);
        if (!trained.isKnown(key)) {
            return new Intake.Ignored(Cause.RETRACTED);
        }
        trained.settled(key, said.revision(), said.servedAt());
        return new Intake.Ignored(wasHeldOut ? Cause.RETRACTED : Cause.RETRACTED_AFTER_TRAINING);
    }
}
