package dev.attune.trainer.batch;

import dev.attune.trainer.learner.TrainingPair;
import java.util.List;

/**
 * A pair of the replay buffer, as it was trained; a line of {@code state/replay.jsonl}.
 *
 * @param direction in which it was trained
 * @param prompt token ids
 * @param chosen token ids
 * @param rejected token ids
 * @param strength when it was trained
 * @param promptPosition see {@link HeldOutRule}
 */
public record ReplayPair(
        String tenant,
        String pairId,
        Direction direction,
        List<Integer> prompt,
        List<Integer> chosen,
        List<Integer> rejected,
        double strength,
        double promptPosition) {

    public ReplayPair {
        prompt = List.copyOf(prompt);
        chosen = List.copyOf(chosen);
        rejected = List.copyOf(rejected);
    }

    static ReplayPair of(PendingPair pair) {
        TrainingPair tokens = pair.tokens();
        return new ReplayPair(
                pair.key().tenant(),
                pair.key().pairId(),
                pair.direction(),
                PairLines.list(tokens.promptTokens()),
                PairLines.list(tokens.chosenTokens()),
                PairLines.list(tokens.rejectedTokens()),
                tokens.strength(),
                pair.promptPosition());
    }

    PairKey key() {
        return new PairKey(tenant, pairId);
    }

    /** As the learner takes it. */
    public TrainingPair tokens() {
        return new TrainingPair(
                pairId, PairLines.array(prompt), PairLines.array(chosen), PairLines.array(rejected), strength);
    }

    /** One line, without its end. */
    public String toLine() {
        return PairLines.write(this);
    }

    /** @throws IllegalArgumentException if it is not such a line */
    public static ReplayPair parse(String line) {
        return PairLines.read(line, ReplayPair.class, "pair to be replayed");
    }
}
