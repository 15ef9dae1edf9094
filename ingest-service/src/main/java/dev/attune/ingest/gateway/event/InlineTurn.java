package dev.attune.ingest.gateway.event;

import dev.attune.events.InlineCompletion;
import dev.attune.ingest.gateway.access.SentMessage;
import dev.attune.ingest.gateway.privacy.Redacted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * What self-contained feedback brings along: the prompt, and of the completions that it names those that were not logged.
 * Both lists are empty where the feedback only names them.
 */
public record InlineTurn(List<SentMessage> messages, List<SentCompletion> completions) {

    /** A completion as it was sent. */
    public record SentCompletion(String completionId, String text, String modelVersion) {
        /** Without the text, so that no log has it. */
        @Override
        public String toString() {
            return "SentCompletion[completionId=" + completionId + ", text=hidden]";
        }
    }

    /** @param named the completions that the feedback is about */
    public static InlineTurn read(JsonFields fields, List<String> named) {
        List<SentMessage> messages = Messages.sent(fields.optionalObjects("messages", Messages.MOST));
        List<SentCompletion> completions = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (JsonFields completion : fields.optionalObjects("completions", named.size())) {
            String id = completion.id("completionId");
            if (!id.isEmpty() && !named.contains(id)) {
                completion.invalid("completionId", "must be a completion that the feedback names");
            } else if (!ids.add(id)) {
                completion.invalid("completionId", "must not be there twice");
            }
            String text = completion.text("text");
            String modelVersion = completion.optionalId("modelVersion");
            completion.refuseUnknown();
            completions.add(new SentCompletion(id, text, Objects.requireNonNullElse(modelVersion, "")));
        }
        if (messages.isEmpty() != completions.isEmpty()) {
            fields.invalid(
                    messages.isEmpty() ? "messages" : "completions",
                    "messages and completions belong together: send both or neither");
        }
        return new InlineTurn(messages, completions);
    }

    /** The completions as they are stored. */
    public List<InlineCompletion> stored(Function<String, Redacted> redaction) {
        return completions.stream()
                .map(completion -> InlineCompletion.newBuilder()
                        .setCompletionId(completion.completionId())
                        .setText(Messages.clear(redaction.apply(completion.text())))
                        .setModelVersion(completion.modelVersion())
                        .build())
                .toList();
    }
}
