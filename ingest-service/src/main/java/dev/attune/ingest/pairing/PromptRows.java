package dev.attune.ingest.pairing;

import dev.attune.ingest.pairing.rules.AssembledPair;
import dev.attune.ingest.pairing.rules.AssembledSingle;
import dev.attune.ingest.pairing.rules.JudgedAnswer;
import dev.attune.ingest.pairing.rules.Published;
import java.util.HashMap;
import java.util.Map;

/**
 * What the rules look through of one prompt.
 *
 * @param answers by completion id
 * @param pairs what was last said of them, by pair id
 * @param singles what was last said of them, by completion id
 * @param leftOut answers beyond the most that a prompt may have
 */
record PromptRows(
        Map<String, JudgedAnswer> answers,
        Map<String, Published<AssembledPair>> pairs,
        Map<String, Published<AssembledSingle>> singles,
        int leftOut) {
    /** Of a prompt of which nothing is known. */
    PromptRows() {
        this(new HashMap<>(), new HashMap<>(), new HashMap<>(), 0);
    }
}
