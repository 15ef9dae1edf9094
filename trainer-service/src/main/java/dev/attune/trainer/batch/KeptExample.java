package dev.attune.trainer.batch;

import dev.attune.trainer.learner.TrainingExample;

/**
 * An example that a checkpoint keeps with its tokens: of the held-out slice, or of the replay buffer, there as it was trained.
 *
 * @param promptPosition see {@link HeldOutRule}
 */
public record KeptExample(ExampleKey key, Direction direction, TrainingExample tokens, double promptPosition) {

    static KeptExample of(PendingExample pending) {
        return new KeptExample(pending.key(), pending.direction(), pending.tokens(), pending.promptPosition());
    }

    /** One line, without its end. */
    public String toLine() {
        return KeptLines.write(this);
    }

    /** @throws IllegalArgumentException if it is not such a line */
    public static KeptExample parse(String line) {
        return KeptLines.read(line);
    }
}
