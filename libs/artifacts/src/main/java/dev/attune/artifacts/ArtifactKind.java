package dev.attune.artifacts;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What of a model a checkpoint holds. */
public enum ArtifactKind {
    /** A PEFT adapter on the base, which serving loads beside others. */
    @JsonProperty("adapter")
    ADAPTER,
    /** All weights, with configuration and tokenizer: a Hugging Face directory. */
    @JsonProperty("model")
    MODEL
}
