package dev.attune.trainer.learner;

/**
 * When the reference follows the policy, or a version of it that serves, and how far (Gorbatovski et al. 2024, "Learn your reference model for real good
 * alignment", TR-DPO).
 *
 * @param when it does
 * @param everySteps with {@link When#STEPS}: after each so many steps, counted from the first; at least 1
 * @param weight of the policy, or of that version, in the new reference, the paper's alpha: above 0; 1 is the hard update
 */
public record ReferenceRefresh(When when, int everySteps, double weight) {

    /** What a refresh waits for. */
    public enum When {
        /** The reference is the anchor, always. */
        NEVER,
        /** A number of steps. */
        STEPS,
        /** A checkpoint. */
        CHECKPOINT,
        /** A release, which is told to {@link Learner#followRelease}: then the reference follows that version, not the policy. */
        RELEASE
    }

    /** How far a refresh goes. */
    public enum Mode {
        /** The new reference is alpha * policy + (1 - alpha) * reference. */
        SOFT,
        /** The new reference is the policy. */
        HARD
    }

    /** The reference never moves. */
    public static final ReferenceRefresh NEVER = new ReferenceRefresh(When.NEVER, 1, 1);

    public ReferenceRefresh {
        if (everySteps < 1) {
            throw new IllegalArgumentException("everySteps must be at least 1, but is " + everySteps);
        }
        if (!(weight > 0 && weight <= 1)) {
            throw new IllegalArgumentException("weight must be above 0 and at most 1, but is " + weight);
        }
    }

    /** @param alpha of the soft update; the hard one has none */
    public static ReferenceRefresh of(When when, int everySteps, Mode mode, double alpha) {
        return new ReferenceRefresh(when, everySteps, mode == Mode.HARD ? 1 : alpha);
    }

    /** @param step that was just taken, from 1 */
    boolean isDueAfterStep(long step) {
        return when == When.STEPS && step % everySteps == 0;
    }

    boolean isDueWithCheckpoint() {
        return when == When.CHECKPOINT;
    }
}
