package dev.attune.trainer.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.artifacts.StateJson;
import dev.attune.trainer.learner.TrainingPair;
import dev.attune.trainer.learner.TrainingSingle;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Examples as lines of JSON in a checkpoint's {@code state/held-out.jsonl} and {@code replay.jsonl}. The held-out lines of
 * earlier releases say no direction: there it means nothing.
 */
final class KeptLines {
    private KeptLines() {}

    /** Token ids; the prompt's, then the answers'. */
    private record PairLine(
            String tenant,
            String pairId,
            Direction direction,
            List<Integer> prompt,
            List<Integer> chosen,
            List<Integer> rejected,
            double strength,
            double promptPosition) {}

    /** A forward direction says that the answer was liked. */
    private record SingleLine(
            String tenant,
            String completionId,
            Direction direction,
            List<Integer> prompt,
            List<Integer> answer,
            double strength,
            double promptPosition) {}

    static String write(KeptExample kept) {
        Record line = switch (kept.tokens()) {
            case TrainingPair pair ->
                new PairLine(
                        kept.key().tenant(),
                        kept.key().pairId(),
                        kept.direction(),
                        list(pair.promptTokens()),
                        list(pair.chosenTokens()),
                        list(pair.rejectedTokens()),
                        pair.strength(),
                        kept.promptPosition());
            case TrainingSingle single ->
                new SingleLine(
                        kept.key().tenant(),
                        kept.key().pairId(),
                        kept.direction(),
                        list(single.promptTokens()),
                        list(single.answerTokens()),
                        single.strength(),
                        kept.promptPosition());
        };
        try {
            return StateJson.MAPPER.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers and ids can always be written", e);
        }
    }

    /** @throws IllegalArgumentException if it is not such a line */
    static KeptExample read(String line) {
        try {
            JsonNode node = StateJson.MAPPER.readTree(line);
            if (node.has("completionId")) {
                return kept(StateJson.MAPPER.treeToValue(node, SingleLine.class));
            }
            if (node instanceof ObjectNode old && !old.has("direction")) {
                old.put("direction", Direction.FORWARD.name());
            }
            return kept(StateJson.MAPPER.treeToValue(node, PairLine.class));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("is no pair or answer to be kept: " + e.getOriginalMessage(), e);
        }
    }

    private static KeptExample kept(PairLine line) {
        TrainingPair tokens = new TrainingPair(
                line.pairId, array(line.prompt), array(line.chosen), array(line.rejected), line.strength);
        return new KeptExample(new ExampleKey(line.tenant, line.pairId), line.direction, tokens, line.promptPosition);
    }

    private static KeptExample kept(SingleLine line) {
        boolean liked = line.direction == Direction.FORWARD;
        TrainingSingle tokens =
                new TrainingSingle(line.completionId, array(line.prompt), array(line.answer), liked, line.strength);
        return new KeptExample(
                new ExampleKey(line.tenant, line.completionId), line.direction, tokens, line.promptPosition);
    }

    private static List<Integer> list(int[] tokens) {
        return IntStream.of(tokens).boxed().toList();
    }

    private static int[] array(List<Integer> tokens) {
        return tokens.stream().mapToInt(Integer::intValue).toArray();
    }
}
