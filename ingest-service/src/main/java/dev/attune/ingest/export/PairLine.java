package dev.attune.ingest.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.events.Evidence;
import dev.attune.events.Message;
import dev.attune.events.PreferencePair;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * A pair as one line of JSON in TRL's conversational preference format: {@code prompt}, {@code chosen} and
 * {@code rejected} are lists of messages. What TRL does not know (strength, evidence) stands beside them.
 */
final class PairLine {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Always milliseconds: readers that infer a column's type want all of its values alike. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private PairLine() {}

    static String of(PreferencePair pair) {
        ObjectNode line = JSON.createObjectNode();
        ArrayNode prompt = line.putArray("prompt");
        for (Message message : pair.getPrompt()) {
            addMessage(prompt, message.getRole(), message.getContent().getValue());
        }
        addMessage(line.putArray("chosen"), "assistant", pair.getChosen().getValue());
        addMessage(line.putArray("rejected"), "assistant", pair.getRejected().getValue());
        line.put("strength", pair.getStrength())
                .put("supporting", pair.getSupporting())
                .put("opposing", pair.getOpposing())
                .put("origin", pair.getOrigin().name())
                .put("pairId", pair.getPairId())
                .put("revision", pair.getRevision())
                .put("tenant", pair.getTenant())
                .put("modelId", pair.getModelId())
                .put("promptId", pair.getPromptId())
                .put("chosenCompletionId", pair.getChosenCompletionId())
                .put("rejectedCompletionId", pair.getRejectedCompletionId())
                .put("chosenModelVersion", pair.getChosenModelVersion())
                .put("rejectedModelVersion", pair.getRejectedModelVersion())
                .put("firstEvidenceAt", time(pair.getFirstEvidenceAt()))
                .put("lastEvidenceAt", time(pair.getLastEvidenceAt()));
        ArrayNode evidence = line.putArray("evidence");
        pair.getEvidence().forEach(vote -> addVote(evidence, vote));
        try {
            return JSON.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    private static void addMessage(ArrayNode messages, String role, String content) {
        messages.addObject().put("role", role).put("content", content);
    }

    private static void addVote(ArrayNode evidence, Evidence vote) {
        evidence.addObject()
                .put("eventId", vote.getEventId())
                .put("userId", vote.getUserId())
                .put("kind", vote.getKind().name())
                .put("completionId", vote.getCompletionId())
                .put("occurredAt", time(vote.getOccurredAt()));
    }

    private static String time(Instant time) {
        return TIME.format(time);
    }
}
