package dev.attune.ingest.pairing.rules;

import java.util.Map;
import java.util.SortedMap;

/**
 * What holds of a prompt.
 *
 * @param pairs by pair id
 * @param heldBack how much each bound held back; nothing of those that are absent
 */
public record Assembly(SortedMap<String, AssembledPair> pairs, Map<Bound, Integer> heldBack) {}
