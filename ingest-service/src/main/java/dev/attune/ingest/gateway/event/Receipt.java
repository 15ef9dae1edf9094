package dev.attune.ingest.gateway.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The answer to an acknowledged event: its ids.
 *
 * @param feedbackToken lets the completion's user give feedback on it from a browser
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Receipt(
        String eventId,
        String turnId,
        @Nullable String completionId,
        @Nullable String promptId,
        @Nullable String feedbackToken) {

    /** Of an event that nobody else is to speak of. */
    public Receipt(String eventId, String turnId, @Nullable String completionId, @Nullable String promptId) {
        this(eventId, turnId, completionId, promptId, null);
    }
}
