package dev.attune.trainer;

import dev.attune.trainer.batch.HeldOutRule;
import dev.attune.trainer.batch.HeldOutSlice;
import dev.attune.trainer.batch.PendingExamples;
import dev.attune.trainer.batch.ReplayBuffer;
import dev.attune.trainer.batch.ReplayState;
import dev.attune.trainer.batch.TrainedExamples;
import dev.attune.trainer.checkpoint.Restored;
import java.util.List;

/**
 * What the trainer knows of examples, pairs or single answers.
 *
 * @param pending those that wait; none at first, they are read again
 * @param trained the ledger
 * @param heldOut those that are never trained
 * @param replay trained ones that may be trained again
 */
record TrainerMemory(PendingExamples pending, TrainedExamples trained, HeldOutSlice heldOut, ReplayBuffer replay) {

    /** As the checkpoint left it, or without anything. */
    static TrainerMemory at(StartingPoint start, TrainerConfig config) {
        HeldOutRule rule = new HeldOutRule(config.heldOut().share());
        return new TrainerMemory(
                new PendingExamples(config.batch().maxPending(), rule),
                start.checkpoint().map(Restored::trained).orElseGet(TrainedExamples::new),
                new HeldOutSlice(
                        rule,
                        config.heldOut().maxPairs(),
                        start.checkpoint().map(Restored::heldOut).orElse(List.of())),
                replay(start, config.learning(), rule));
    }

    private static ReplayBuffer replay(StartingPoint start, LearningSettings learning, HeldOutRule rule) {
        ReplayState before = start.state().replay();
        return new ReplayBuffer(
                learning.replay().share(),
                learning.replay().capacity(),
                rule,
                before == null ? new ReplayState(learning.seed(), 0) : before,
                start.checkpoint().map(Restored::replay).orElse(List.of()));
    }
}
