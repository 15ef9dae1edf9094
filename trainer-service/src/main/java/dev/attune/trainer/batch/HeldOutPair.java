package dev.attune.trainer.batch;

import dev.attune.trainer.learner.TrainingPair;
import java.util.List;

/**
 * A pair of the held-out slice; a line of {@code state/held-out.jsonl}.
 *
 * @param prompt token ids
 * @param chosen token ids
 * @param rejected token ids
 * @param strength of the pair
 * @param promptPosition see {@link HeldOutRule}
 */
public record HeldOutPair(
        String tenant,
        String pairId,
        List<Integer> prompt,
        List<Integer> chosen,
        List<Integer> rejected,
        double strength,
        double promptPosition) {

    public HeldOutPair {
        prompt = List.copyOf(prompt);
        chosen = List.copyOf(chosen);
        rejected = List.copyOf(rejected);
    }

    static HeldOutPair of(PendingPair pair) {
        TrainingPair tokens = pair.tokens();
        return new HeldOutPair(
                pair.key().tenant(),
                pair.key().pairId(),
                PairLines.list(tokens.promptTokens()),
                PairLines.list(tokens.chosenTokens()),
                PairLines.list(tokens.rejectedTokens()),
                tokens.strength(),
                pair.promptPosition());
    }

    PairKey key() {
        return new PairKey(tenant, pairId);
    }

    TrainingPair tokens() {
        return new TrainingPair(
                pairId, PairLines.array(prompt), PairLines.array(chosen), PairLines.array(rejected), strength);
    }

    /** One line, without its end. */
    public String toLine() {
        return PairLines.write(this);
    }

    /** @throws IllegalArgumentException if it is not such a line */
    public static HeldOutPair parse(String line) {
        return PairLines.read(line, HeldOutPair.class, "held-out pair");
    }
}
