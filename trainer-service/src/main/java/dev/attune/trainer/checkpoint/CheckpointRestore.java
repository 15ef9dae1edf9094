package dev.attune.trainer.checkpoint;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.events.CheckpointCommitted;
import dev.attune.kit.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the checkpoint to go on from: the newest that counts and is whole. */
public final class CheckpointRestore {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointRestore.class);

    private final CheckpointStore store;
    private final BiConsumer<String, String> onRefused;

    /** @param onRefused told the version of each committed checkpoint that cannot be used, and why */
    public CheckpointRestore(CheckpointStore store, BiConsumer<String, String> onRefused) {
        this.store = store;
        this.onRefused = onRefused;
    }

    /**
     * Goes from the newest checkpoint to its parents until one is whole.
     *
     * @param lineage newest first
     * @return empty: begin at the base
     * @throws ConfigException if checkpoints were committed and none of them is there
     */
    public Optional<Restored> find(List<CheckpointCommitted> lineage) {
        for (CheckpointCommitted commit : lineage) {
            try {
                return Optional.of(verify(commit));
            } catch (IOException e) {
                onRefused.accept(commit.getVersion(), String.valueOf(e.getMessage()));
                LOG.error(
                        "checkpoint {} cannot be used, its parent {} is next: {}",
                        commit.getVersion(),
                        commit.getParent() == null ? "(the base)" : commit.getParent(),
                        e.getMessage());
            }
        }
        refuseToStartOver(lineage);
        return Optional.empty();
    }

    private Restored verify(CheckpointCommitted commit) throws IOException {
        CheckpointDirectory.Verified verified = store.verify(commit.getVersion(), commit.getArtifactDigest());
        return Restored.read(commit, store.directory(commit.getVersion()), verified.manifest());
    }

    /** A first checkpoint that is torn has the base as its parent. Where more is gone, a person has to decide. */
    private void refuseToStartOver(List<CheckpointCommitted> lineage) {
        if (lineage.isEmpty()) {
            return;
        }
        boolean onlyOneTorn = lineage.size() == 1
                && lineage.getFirst().getParent() == null
                && Files.exists(store.directory(lineage.getFirst().getVersion()).root());
        if (!onlyOneTorn) {
            throw new ConfigException(
                    "checkpoint.directory",
                    "has no usable checkpoint of the %d that were committed, the newest is %s: point to the folder that has them, restore it, or train under a new modelId"
                            .formatted(lineage.size(), lineage.getFirst().getVersion()));
        }
        LOG.error("no checkpoint is left: training begins again at the base, with all pairs of the topic");
    }
}
