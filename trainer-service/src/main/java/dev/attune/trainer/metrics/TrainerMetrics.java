package dev.attune.trainer.metrics;

import dev.attune.trainer.batch.DeadLetterReason;
import dev.attune.trainer.batch.Intake;
import dev.attune.trainer.guard.SkipReason;
import dev.attune.trainer.learner.StepReport;
import java.time.Duration;

/** What happens in the trainer, for people who watch it. Belongs to the training thread. */
public interface TrainerMetrics {

    /** What became of a record of the input topic. */
    void intake(Intake intake);

    /** @param count pairs, or single answers, that wait to be trained */
    void pending(int count);

    /** A step was taken; its figures are from before the update. */
    void step(long step, StepReport report, Duration time);

    /** @param age from the newest vote to the step that trained it */
    void pairTrained(Duration age);

    /** A batch was skipped: its pairs are set aside. */
    void batchSkipped(SkipReason reason);

    /** @param reason a guard's tag, or {@code operator} */
    void halted(String reason);

    /** Nothing halts the trainer. */
    void running();

    /** The held-out slice was evaluated. */
    void heldOut(StepReport evaluation);

    void deadLetter(DeadLetterReason reason);

    /** A checkpoint counts. */
    void checkpoint(long step, Duration time);

    /** A step of the journal was taken again. */
    void stepReplayed();

    /** A journal, or its end, could not be done again. */
    void journalRefused();

    /** The reference has followed a release. */
    void releaseFollowed();

    /** The checkpoint of a release could not be used: the reference stayed. */
    void releaseRefused();

    /** A committed checkpoint could not be used at the start. */
    void checkpointRefused();
}
