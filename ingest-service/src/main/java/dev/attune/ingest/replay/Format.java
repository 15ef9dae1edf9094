package dev.attune.ingest.replay;

/** The datasets that can be replayed. */
enum Format {
    /** PandaLM's test set: a JSON array; two answers, three annotators. */
    PANDALM,
    /** Fine-grained RLHF's feedback: a JSON array; four answers, six comparisons. */
    FINEGRAINED,
    /** Attune's own form: one JSON object a line. */
    JSONL;

    TurnReader reader() {
        return switch (this) {
            case PANDALM -> new PandaLmReader();
            case FINEGRAINED -> new FineGrainedReader();
            case JSONL -> new JsonlReader();
        };
    }
}
