package dev.attune.ingest.pairing.rules;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be sent out of a prompt.
 *
 * @param nextLook when a judged answer will have waited long enough for a partner, by {@code receivedAt}; empty where
 *     none waits
 * @param heldBack how much each bound held back of the pairs that votes alone would make
 */
public record PromptChanges(
        List<Published<AssembledPair>> pairs,
        List<Published<AssembledSingle>> singles,
        Optional<Instant> nextLook,
        Map<Bound, Integer> heldBack) {}
