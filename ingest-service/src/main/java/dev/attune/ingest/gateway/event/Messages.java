package dev.attune.ingest.gateway.event;

import dev.attune.events.Message;
import dev.attune.events.SealableText;
import dev.attune.ingest.gateway.access.SentMessage;
import dev.attune.ingest.gateway.privacy.Redacted;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Reads the prompt of an event: the conversation so far. */
public final class Messages {
    public static final int MOST = 1000;

    private static final Set<String> ROLES = Set.of("system", "user", "assistant", "tool");

    private Messages() {}

    public static List<SentMessage> sent(List<JsonFields> messages) {
        return messages.stream().map(Messages::message).toList();
    }

    /** The messages as they are stored. */
    public static List<Message> stored(List<SentMessage> messages, Function<String, Redacted> redaction) {
        return messages.stream()
                .map(message -> Message.newBuilder()
                        .setRole(message.role())
                        .setContent(clear(redaction.apply(message.content())))
                        .build())
                .toList();
    }

    /** The only way to a text in a record: a tenant's redaction cannot be forgotten. */
    public static SealableText clear(Redacted text) {
        return SealableText.newBuilder().setValue(text.text()).build();
    }

    private static SentMessage message(JsonFields fields) {
        String role = fields.text("role");
        if (!role.isEmpty() && !ROLES.contains(role)) {
            fields.invalid("role", "must be system, user, assistant or tool");
        }
        String content = fields.text("content");
        fields.refuseUnknown();
        return new SentMessage(role, content);
    }
}
