package dev.attune.ingest.replay;

import dev.attune.ingest.replay.Turn.Answer;
import dev.attune.ingest.replay.Turn.Judgement;
import dev.attune.ingest.replay.Turn.Message;
import dev.attune.ingest.replay.Turn.Pick;
import dev.attune.ingest.replay.Turn.Thumb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Attune's own form, one JSON object a line:
 *
 * <pre>{@code
 * {"prompt": "…",                       or "messages": [{"role": "user", "content": "…"}, …]
 *  "turnId": "…",                       optional: by default derived from the row
 *  "completions": [{"id": "a", "text": "…", "modelVersion": "…"}, …],
 *  "feedback": [{"user": "u1", "kind": "thumb", "completion": "a", "thumb": "up"},
 *               {"user": "u2", "kind": "pick", "chosen": "a", "rejected": "b", "pick": "chosen"}, …]}
 * }</pre>
 *
 * A thumb is up, down or cleared; a pick is chosen (the default), tie or both_bad. {@code occurredAt} (ISO 8601) may stand in
 * each feedback entry. An answer's id is its own within the row; the gateway gets {@code turnId.id}.
 */
final class JsonlReader implements TurnReader {
    private static final Set<String> FIELDS = Set.of("turnId", "prompt", "messages", "completions", "feedback");
    private static final Set<String> THUMB_FIELDS = Set.of("user", "kind", "occurredAt", "completion", "thumb");
    private static final Set<String> PICK_FIELDS = Set.of("user", "kind", "occurredAt", "chosen", "rejected", "pick");

    @Override
    public Turn read(Row row, long number, String derivedTurnId) {
        row.allowOnly(FIELDS);
        String turnId = Objects.requireNonNullElse(row.optionalText("turnId"), derivedTurnId);
        Map<String, String> completionIds = new HashMap<>();
        List<Answer> answers = new ArrayList<>();
        for (Row completion : row.rows("completions")) {
            answers.add(answer(completion, turnId, completionIds));
        }
        List<Judgement> judgements = new ArrayList<>();
        for (Row feedback : row.rows("feedback")) {
            judgements.add(judgement(feedback, completionIds));
        }
        return new Turn(number, turnId, messages(row), answers, judgements);
    }

    private static List<Message> messages(Row row) {
        String prompt = row.optionalText("prompt");
        if (row.node().hasNonNull("messages")) {
            if (prompt != null) {
                throw row.bad("prompt", "is there beside messages: give one of them");
            }
            List<Message> messages = new ArrayList<>();
            for (Row message : row.rows("messages")) {
                message.allowOnly(Set.of("role", "content"));
                messages.add(new Message(
                        message.choice("role", "system", "user", "assistant", "tool"), message.text("content")));
            }
            return messages;
        }
        if (prompt == null) {
            throw row.bad("prompt", "is missing: give prompt or messages");
        }
        return List.of(new Message("user", prompt));
    }

    private static Answer answer(Row completion, String turnId, Map<String, String> completionIds) {
        completion.allowOnly(Set.of("id", "text", "modelVersion"));
        String id = completion.text("id");
        String completionId = turnId + "." + id;
        if (completionIds.putIfAbsent(id, completionId) != null) {
            throw completion.bad("id", "'" + id + "' is there twice in this row");
        }
        String modelVersion = Objects.requireNonNullElse(completion.optionalText("modelVersion"), "");
        return new Answer(completionId, completion.text("text"), modelVersion);
    }

    private static Judgement judgement(Row feedback, Map<String, String> completionIds) {
        String user = feedback.text("user");
        String occurredAt = feedback.optionalText("occurredAt");
        if (feedback.choice("kind", "thumb", "pick").equals("thumb")) {
            feedback.allowOnly(THUMB_FIELDS);
            return new Thumb(
                    user,
                    completion(feedback, "completion", completionIds),
                    feedback.choice("thumb", "up", "down", "cleared"),
                    occurredAt);
        }
        feedback.allowOnly(PICK_FIELDS);
        String pick =
                feedback.node().hasNonNull("pick") ? feedback.choice("pick", "chosen", "tie", "both_bad") : "chosen";
        return new Pick(
                user,
                completion(feedback, "chosen", completionIds),
                completion(feedback, "rejected", completionIds),
                pick,
                occurredAt);
    }

    private static String completion(Row feedback, String field, Map<String, String> completionIds) {
        String id = feedback.text(field);
        String completionId = completionIds.get(id);
        if (completionId == null) {
            throw feedback.bad(field, "'" + id + "' is not the id of one of this row's completions");
        }
        return completionId;
    }
}
