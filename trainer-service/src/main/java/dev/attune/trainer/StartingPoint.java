package dev.attune.trainer;

import dev.attune.events.CheckpointCommitted;
import dev.attune.kit.ConfigException;
import dev.attune.trainer.checkpoint.CheckpointIdentity;
import dev.attune.trainer.checkpoint.CheckpointRestore;
import dev.attune.trainer.checkpoint.CheckpointStore;
import dev.attune.trainer.checkpoint.Checkpointer;
import dev.attune.trainer.checkpoint.CommittedCheckpoints;
import dev.attune.trainer.checkpoint.Restored;
import dev.attune.trainer.checkpoint.TrainerState;
import dev.attune.trainer.control.ControlState;
import dev.attune.trainer.journal.JournalHeader;
import dev.attune.trainer.metrics.TrainerMetrics;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What training goes on from.
 *
 * @param said what people had said by then
 * @param committed the checkpoints that count
 * @param checkpoint that was restored; empty: the base
 */
record StartingPoint(ControlState said, CommittedCheckpoints committed, Optional<Restored> checkpoint) {

    /**
     * Finds the newest checkpoint that is whole, or the one that a person chose. Directories of checkpoints that do not
     * count are removed.
     *
     * @throws ConfigException if checkpoints were committed and none of them is there
     */
    static StartingPoint find(
            ControlState said, CommittedCheckpoints committed, CheckpointStore store, TrainerMetrics metrics)
            throws IOException {
        List<CheckpointCommitted> lineage = said.goOnFrom()
                .map(choice -> committed.lineage(choice.version(), choice.newest()))
                .orElseGet(committed::lineage);
        store.removeOrphans(committed.versions());
        CheckpointRestore restore = new CheckpointRestore(store, (version, why) -> metrics.checkpointRefused());
        return new StartingPoint(said, committed, restore.find(lineage));
    }

    TrainerState state() {
        return checkpoint.map(Restored::state).orElse(TrainerState.START);
    }

    /** Where to read on, by partition of the topic; a partition that is not named is new. */
    Map<Integer, Long> offsets(String topic) {
        return checkpoint.map(from -> from.offsets(topic)).orElse(Map.of());
    }

    /** Of a journal that goes on from here. */
    JournalHeader journalHeader(CheckpointIdentity identity) {
        return new JournalHeader(
                JournalHeader.FORMAT,
                checkpoint.map(from -> from.commit().getVersion()).orElse(null),
                identity.configDigest(),
                identity.base().revision(),
                said.resumedAt().map(Instant::toEpochMilli).orElse(null));
    }

    Checkpointer.Beginning beginning() {
        return new Checkpointer.Beginning(
                committed.lineageOf(checkpoint.map(Restored::commit)),
                state().pairsTrained(),
                committed.notBefore(),
                state().release());
    }
}
