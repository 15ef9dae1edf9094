package dev.attune.ingest.pairing.rules;

import java.time.Duration;

/**
 * Bounds of what is kept for one turn.
 *
 * @param maxVotes votes and retractions; more are refused
 * @param maxCompletions completions; more are refused
 * @param rememberedEvents event ids remembered to notice an id that comes back with another body; duplicates stay harmless
 *     beyond it, because a vote replaces only an older one
 * @param completionWait how long feedback waits for its completion, by {@code receivedAt}
 * @param retention how long a turn is kept after its last event, by {@code receivedAt}
 */
public record TurnLimits(
        int maxVotes, int maxCompletions, int rememberedEvents, Duration completionWait, Duration retention) {}
