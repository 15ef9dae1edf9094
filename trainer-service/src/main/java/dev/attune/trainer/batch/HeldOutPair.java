package dev.attune.trainer.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.attune.trainer.learner.TrainingPair;
import java.util.List;
import java.util.stream.IntStream;

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

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

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
                list(tokens.promptTokens()),
                list(tokens.chosenTokens()),
                list(tokens.rejectedTokens()),
                tokens.strength(),
                pair.promptPosition());
    }

    PairKey key() {
        return new PairKey(tenant, pairId);
    }

    TrainingPair tokens() {
        return new TrainingPair(pairId, array(prompt), array(chosen), array(rejected), strength);
    }

    /** One line, without its end. */
    public String toLine() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers and ids can always be written", e);
        }
    }

    /** @throws IllegalArgumentException if it is not such a line */
    public static HeldOutPair parse(String line) {
        try {
            return JSON.readValue(line, HeldOutPair.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("is no held-out pair: " + e.getOriginalMessage(), e);
        }
    }

    private static List<Integer> list(int[] tokens) {
        return IntStream.of(tokens).boxed().toList();
    }

    private static int[] array(List<Integer> tokens) {
        return tokens.stream().mapToInt(Integer::intValue).toArray();
    }
}
