package dev.attune.ingest.gateway.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** The answer to an acknowledged event: its ids. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Receipt(
        String eventId,
        String turnId,
        @Nullable String completionId,
        @Nullable String promptId) {}
