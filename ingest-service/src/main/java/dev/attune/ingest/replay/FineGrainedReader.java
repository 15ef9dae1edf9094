package dev.attune.ingest.replay;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attune.ingest.replay.Turn.Answer;
import dev.attune.ingest.replay.Turn.Judgement;
import dev.attune.ingest.replay.Turn.Message;
import dev.attune.ingest.replay.Turn.Pick;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Fine-grained RLHF's feedback: a question about passages, four predictions of one model, and six comparisons of one annotator
 * in the order 1-2, 1-3, 1-4, 2-3, 2-4, 3-4: 1 or 2 for the first or second of the two, 0 for a tie.
 */
final class FineGrainedReader implements TurnReader {
    private static final int PREDICTIONS = 4;
    private static final int COMPARISONS = PREDICTIONS * (PREDICTIONS - 1) / 2;

    @Override
    public Turn read(Row row, long number, String turnId) {
        String prompt = passages(row) + row.text("question");
        List<Answer> answers = new ArrayList<>();
        for (int i = 1; i <= PREDICTIONS; i++) {
            answers.add(new Answer(turnId + "." + i, row.text("prediction " + i), ""));
        }
        return new Turn(number, turnId, List.of(new Message("user", prompt)), answers, judgements(row, answers));
    }

    private static List<Judgement> judgements(Row row, List<Answer> answers) {
        List<JsonNode> preference = row.list("preference");
        if (preference.size() != COMPARISONS) {
            throw row.bad("preference", "must have " + COMPARISONS + " entries, but has " + preference.size());
        }
        List<Judgement> judgements = new ArrayList<>();
        for (int i = 0; i < PREDICTIONS; i++) {
            for (int j = i + 1; j < PREDICTIONS; j++) {
                int at = judgements.size();
                String first = answers.get(i).completionId();
                String second = answers.get(j).completionId();
                judgements.add(
                        switch (preferred(row, at, preference.get(at))) {
                            case 1 -> new Pick("annotator", first, second, "chosen", null);
                            case 2 -> new Pick("annotator", second, first, "chosen", null);
                            default -> new Pick("annotator", first, second, "tie", null);
                        });
            }
        }
        return judgements;
    }

    private static int preferred(Row row, int at, JsonNode value) {
        if (!value.isInt() || value.intValue() < 0 || value.intValue() > 2) {
            throw row.bad(
                    "preference[" + at + "]",
                    "must be 1 or 2 for the better prediction or 0 for a tie, but is " + Row.shown(value));
        }
        return value.intValue();
    }

    /** Each passage is a title and its sentences: a paragraph each, before the question. */
    private static String passages(Row row) {
        StringBuilder text = new StringBuilder();
        List<JsonNode> passages = row.list("passages");
        for (int i = 0; i < passages.size(); i++) {
            JsonNode passage = passages.get(i);
            if (!passage.isArray()
                    || !StreamSupport.stream(passage.spliterator(), false).allMatch(JsonNode::isTextual)) {
                throw row.bad("passages[" + i + "]", "must be a list of strings, but is " + Row.shown(passage));
            }
            text.append(StreamSupport.stream(passage.spliterator(), false)
                            .map(JsonNode::textValue)
                            .collect(Collectors.joining(" ")))
                    .append("\n\n");
        }
        return text.toString();
    }
}
