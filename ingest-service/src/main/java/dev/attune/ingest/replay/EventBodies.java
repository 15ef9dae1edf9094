package dev.attune.ingest.replay;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.ingest.replay.Turn.Answer;
import dev.attune.ingest.replay.Turn.Judgement;
import dev.attune.ingest.replay.Turn.Message;
import dev.attune.ingest.replay.Turn.Pick;
import dev.attune.ingest.replay.Turn.Thumb;
import org.jspecify.annotations.Nullable;

/**
 * The request bodies of a turn's events.
 *
 * @param modelId the model family, or null for the gateway's default
 * @param userPrefix put before every user's name, so that annotators of two datasets are different people
 */
record EventBodies(@Nullable String modelId, String userPrefix) {

    ObjectNode completion(Turn turn, Answer answer) {
        ObjectNode body = event(turn, StableIds.event("completion", turn.turnId(), answer.completionId()));
        body.put("completionId", answer.completionId());
        for (Message message : turn.messages()) {
            body.withArray("messages").addObject().put("role", message.role()).put("content", message.content());
        }
        body.put("text", answer.text());
        if (!answer.modelVersion().isEmpty()) {
            body.put("modelVersion", answer.modelVersion());
        }
        return body;
    }

    /** @param index the judgement's place in its turn: a user may say the same thing twice */
    ObjectNode feedback(Turn turn, int index) {
        Judgement judgement = turn.judgements().get(index);
        String user = userPrefix + judgement.user();
        ObjectNode body = event(turn, StableIds.event("feedback", turn.turnId(), user, Integer.toString(index)));
        body.put("userId", user);
        if (judgement.occurredAt() != null) {
            body.put("occurredAt", judgement.occurredAt());
        }
        return switch (judgement) {
            case Thumb thumb ->
                body.put("kind", "thumb")
                        .put("completionId", thumb.completionId())
                        .put("thumb", thumb.thumb());
            case Pick pick ->
                body.put("kind", "pick")
                        .put("chosenCompletionId", pick.chosenCompletionId())
                        .put("rejectedCompletionId", pick.rejectedCompletionId())
                        .put("pick", pick.pick());
        };
    }

    private ObjectNode event(Turn turn, String eventId) {
        ObjectNode body =
                JsonNodeFactory.instance.objectNode().put("eventId", eventId).put("turnId", turn.turnId());
        return modelId == null ? body : body.put("modelId", modelId);
    }
}
