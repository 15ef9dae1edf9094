package dev.attune.publisher.serving;

/**
 * One message of a conversation.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 * @param content its text
 */
public record ChatMessage(String role, String content) {

    public ChatMessage {
        if (role == null || role.isBlank()) {
            throw new IllegalArgumentException("a message has a role");
        }
        if (content == null) {
            throw new IllegalArgumentException("a message has content");
        }
    }
}
