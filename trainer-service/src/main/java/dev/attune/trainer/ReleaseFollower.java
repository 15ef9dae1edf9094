package dev.attune.trainer;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.trainer.checkpoint.CheckpointStore;
import dev.attune.trainer.checkpoint.Checkpointer;
import dev.attune.trainer.checkpoint.Milestone;
import dev.attune.trainer.journal.BatchJournal;
import dev.attune.trainer.journal.JournalEntry;
import dev.attune.trainer.learner.Learner;
import dev.attune.trainer.metrics.TrainerMetrics;
import dev.attune.trainer.release.PromotedRelease;
import dev.attune.trainer.release.ReleaseTopic;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the reference towards each version that was promoted, where that is set. It does so right before a step: there it makes its
 * first difference, and the journal has it in one order with the batches. Belongs to the training thread.
 */
final class ReleaseFollower {
    private static final Logger LOG = LoggerFactory.getLogger(ReleaseFollower.class);

    private final Optional<ReleaseTopic> topic;
    private final CheckpointStore store;
    private final Checkpointer checkpointer;
    private final BatchJournal journal;
    private final Learner<?, ?> learner;
    private final TrainerMetrics metrics;
    private final Milestone.Listener milestones;
    private @Nullable PromotedRelease refused;

    /** @param topic empty: the reference follows no releases */
    ReleaseFollower(
            Optional<ReleaseTopic> topic,
            CheckpointStore store,
            Checkpointer checkpointer,
            BatchJournal journal,
            Learner<?, ?> learner,
            TrainerMetrics metrics,
            Milestone.Listener milestones) {
        this.topic = topic;
        this.store = store;
        this.checkpointer = checkpointer;
        this.journal = journal;
        this.learner = learner;
        this.metrics = metrics;
        this.milestones = milestones;
    }

    /** Hears of releases, and does nothing about them yet. */
    void listen() {
        topic.ifPresent(ReleaseTopic::poll);
    }

    /** Follows the newest release, if that was not done. One whose checkpoint cannot be used is left: training goes on. */
    void beforeStep() throws IOException {
        Optional<PromotedRelease> newest = topic.flatMap(
                heard -> heard.releases().newestAfter(checkpointer.followedRelease(), checkpointer::isOfLine));
        if (newest.isPresent() && !Objects.equals(newest.get(), refused)) {
            follow(newest.get());
        }
    }

    private void follow(PromotedRelease release) throws IOException {
        CheckpointDirectory checkpoint;
        try {
            checkpoint = verified(release);
        } catch (IOException e) {
            refused = release;
            metrics.releaseRefused();
            LOG.error(
                    "the reference stays where it is, release {} cannot be followed: {}. Where its checkpoint was removed before it was"
                            + " promoted, raise checkpoint.keep",
                    release.version(),
                    e.getMessage());
            return;
        }
        journal.append(new JournalEntry.Release(learner.step(), release));
        milestones.passed(Milestone.RELEASE_JOURNALLED);
        move(release, checkpoint);
        metrics.releaseFollowed();
    }

    /**
     * Does it again, as the journal says.
     *
     * @return why it cannot be done, if it cannot
     */
    Optional<String> again(PromotedRelease release) {
        try {
            move(release, verified(release));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("checkpoint %s, which the reference had followed, cannot be used any more: %s"
                    .formatted(release.version(), e.getMessage()));
        }
    }

    private CheckpointDirectory verified(PromotedRelease release) throws IOException {
        store.verify(release.version(), release.digest());
        return store.directory(release.version());
    }

    private void move(PromotedRelease release, CheckpointDirectory checkpoint) {
        learner.followRelease(checkpoint.adapter());
        checkpointer.releaseFollowed(release);
        LOG.info("after step {}: the reference follows release {}", learner.step(), release.version());
    }
}
