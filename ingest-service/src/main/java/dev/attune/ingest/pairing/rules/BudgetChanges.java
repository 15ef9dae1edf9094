package dev.attune.ingest.pairing.rules;

import java.util.List;
import java.util.Map;

/**
 * What is to be sent out after a pair changed.
 *
 * @param pairs by their keys: the one that changed, and those that gained or lost a place by it
 * @param heldBack how many pairs each bound began to keep out; nothing of those that are absent
 * @param keptOut how many more pairs are kept out now, negative where there are fewer
 */
public record BudgetChanges(List<Published<String>> pairs, Map<Bound, Integer> heldBack, int keptOut) {}
