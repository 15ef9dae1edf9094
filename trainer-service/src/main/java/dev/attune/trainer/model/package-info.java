/** The causal language model: weights, adapter, tokenizer and the TorchScript program that runs them. Knows no Kafka. */
@NullMarked
package dev.attune.trainer.model;

import org.jspecify.annotations.NullMarked;
