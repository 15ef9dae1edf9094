package dev.attune.ingest.gateway.event;

import dev.attune.events.Message;
import dev.attune.events.SealableText;
import java.util.List;
import java.util.Set;

/** Reads the prompt of an event: the conversation so far. */
public final class Messages {
    public static final int MOST = 1000;

    private static final Set<String> ROLES = Set.of("system", "user", "assistant", "tool");

    private Messages() {}

    public static List<Message> of(List<JsonFields> messages) {
        return messages.stream().map(Messages::message).toList();
    }

    public static SealableText clear(String text) {
        return SealableText.newBuilder().setValue(text).build();
    }

    private static Message message(JsonFields fields) {
        String role = fields.text("role");
        if (!role.isEmpty() && !ROLES.contains(role)) {
            fields.invalid("role", "must be system, user, assistant or tool");
        }
        String content = fields.text("content");
        fields.refuseUnknown();
        return Message.newBuilder().setRole(role).setContent(clear(content)).build();
    }
}
