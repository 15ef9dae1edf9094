package dev.attune.quickstart.corpus;

import java.util.Map;

/**
 * A customer's question.
 *
 * @param intent what it is about
 * @param slots the known phrases that it names; an answer uses these and generic phrases for all other slots
 * @param text what the customer writes
 * @param split which set its wording and its phrases come from
 */
public record Question(Intent intent, Map<Slot, String> slots, String text, Split split) {
    public Question {
        slots = Map.copyOf(slots);
    }
}
