package dev.attune.trainer.learner;

/** Where an answer's tokens begin when the tokenizer merges the prompt's last characters with the answer's first. */
public enum AnswerBoundary {
    /** Every character stays, see {@link dev.attune.trainer.model.Continuation}: what serving would go on with. */
    KEEP_TEXT,
    /**
     * As many tokens of the whole text are skipped as the prompt alone has. What was merged is lost or said twice, but the
     * tokens are those of TRL's DPOTrainer, so that runs can be compared.
     */
    TRL
}
