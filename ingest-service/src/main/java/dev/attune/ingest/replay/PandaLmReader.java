package dev.attune.ingest.replay;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attune.ingest.replay.Turn.Answer;
import dev.attune.ingest.replay.Turn.Judgement;
import dev.attune.ingest.replay.Turn.Message;
import dev.attune.ingest.replay.Turn.Pick;
import java.util.ArrayList;
import java.util.List;

/**
 * PandaLM's test set: an instruction with an input, two responses, and of three annotators 1 or 2 for the better response, 0
 * for a tie. {@code cmp_key} names the two models.
 */
final class PandaLmReader implements TurnReader {
    private static final int ANNOTATORS = 3;

    @Override
    public Turn read(Row row, long number, String turnId) {
        String instruction = row.text("instruction");
        String input = row.text("input");
        String prompt = input.isBlank() ? instruction : instruction + "\n\n" + input;
        String first = turnId + ".1";
        String second = turnId + ".2";
        List<String> models = models(row);
        List<Answer> answers = List.of(
                new Answer(first, response(row, "response1"), models.get(0)),
                new Answer(second, response(row, "response2"), models.get(1)));
        List<Judgement> judgements = new ArrayList<>();
        for (int i = 1; i <= ANNOTATORS; i++) {
            String annotator = "annotator" + i;
            judgements.add(
                    switch (preferred(row, annotator)) {
                        case 1 -> new Pick(annotator, first, second, "chosen", null);
                        case 2 -> new Pick(annotator, second, first, "chosen", null);
                        default -> new Pick(annotator, first, second, "tie", null);
                    });
        }
        return new Turn(number, turnId, List.of(new Message("user", prompt)), answers, judgements);
    }

    /** Some responses became JSON booleans where the model had written "True" or "False": they are that text again. */
    private static String response(Row row, String field) {
        JsonNode value = row.required(field);
        if (value.isBoolean()) {
            return value.booleanValue() ? "True" : "False";
        }
        return row.text(field);
    }

    private static int preferred(Row row, String annotator) {
        JsonNode value = row.required(annotator);
        if (!value.isInt() || value.intValue() < 0 || value.intValue() > 2) {
            throw row.bad(
                    annotator, "must be 1 or 2 for the better response or 0 for a tie, but is " + Row.shown(value));
        }
        return value.intValue();
    }

    private static List<String> models(Row row) {
        String key = row.text("cmp_key");
        List<String> models = List.of(key.split("_", -1));
        if (models.size() != 2) {
            throw row.bad("cmp_key", "must be two model names with one '_' between them, but is '" + key + "'");
        }
        return models;
    }
}
