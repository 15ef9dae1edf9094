package dev.attune.ingest.gateway.event;

import dev.attune.events.InlineCompletion;
import dev.attune.events.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What self-contained feedback brings along: the prompt, and of the completions that it names those that were not logged.
 * Both lists are empty where the feedback only names them.
 */
public record InlineTurn(List<Message> messages, List<InlineCompletion> completions) {

    /** @param named the completions that the feedback is about */
    public static InlineTurn read(JsonFields fields, List<String> named) {
        List<Message> messages = Messages.of(fields.optionalObjects("messages", Messages.MOST));
        List<InlineCompletion> completions = new ArrayList<>();
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
            completions.add(InlineCompletion.newBuilder()
                    .setCompletionId(id)
                    .setText(Messages.clear(text))
                    .setModelVersion(Objects.requireNonNullElse(modelVersion, ""))
                    .build());
        }
        if (messages.isEmpty() != completions.isEmpty()) {
            fields.invalid(
                    messages.isEmpty() ? "messages" : "completions",
                    "messages and completions belong together: send both or neither");
        }
        return new InlineTurn(messages, completions);
    }
}
