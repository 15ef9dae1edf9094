package dev.attune.quickstart.corpus;

/** Which questions pre-training has seen. */
public enum Split {
    /** Paraphrases and slot values of pre-training. */
    TRAINING(false, false),
    /** Known paraphrases, slot values that pre-training never saw. */
    HELD_OUT_VALUES(true, false),
    /** Paraphrases that pre-training never saw, known slot values. */
    HELD_OUT_PARAPHRASES(false, true),
    /** Neither the paraphrase nor the slot values were seen. */
    HELD_OUT(true, true);

    private final boolean heldOutValues;
    private final boolean heldOutParaphrases;

    Split(boolean heldOutValues, boolean heldOutParaphrases) {
        this.heldOutValues = heldOutValues;
        this.heldOutParaphrases = heldOutParaphrases;
    }

    boolean heldOutValues() {
        return heldOutValues;
    }

    boolean heldOutParaphrases() {
        return heldOutParaphrases;
    }
}
