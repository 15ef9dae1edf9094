package dev.attune.trainer.model;

/**
 * One message of a conversation.
 *
 * @param role such as {@code system}, {@code user} or {@code assistant}
 * @param content the text
 */
public record ChatMessage(String role, String content) {}
