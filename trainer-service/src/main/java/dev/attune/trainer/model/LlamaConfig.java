package dev.attune.trainer.model;

import org.jspecify.annotations.Nullable;

/**
 * The shape of a Llama model.
 *
 * @param vocabularySize rows of the embedding
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the feed-forward layer
 * @param layers decoder layers
 * @param heads query heads
 * @param keyValueHeads key and value heads; divides {@code heads}
 * @param headSize width of a head, even
 * @param normEpsilon added to the mean square in RMS norm
 * @param ropeTheta base of the rotary frequencies
 * @param ropeScaling null: none
 * @param maxPositions longest sequence, in tokens
 * @param tiedEmbeddings the output matrix is the embedding
 */
public record LlamaConfig(
        int vocabularySize,
        int hiddenSize,
        int intermediateSize,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        double normEpsilon,
        double ropeTheta,
        @Nullable Llama3RopeScaling ropeScaling,
        int maxPositions,
        boolean tiedEmbeddings) {

    public LlamaConfig {
        requirePositive(vocabularySize, "vocab_size");
        requirePositive(hiddenSize, "hidden_size");
        requirePositive(intermediateSize, "intermediate_size");
        requirePositive(layers, "num_hidden_layers");
        requirePositive(heads, "num_attention_heads");
        requirePositive(keyValueHeads, "num_key_value_heads");
        requirePositive(headSize, "head_dim");
        requirePositive(maxPositions, "max_position_embeddings");
        if (heads % keyValueHeads != 0) {
            throw new IllegalArgumentException("num_attention_heads (" + heads
                    + ") must be a multiple of num_key_value_heads (" + keyValueHeads + ")");
        }
        if (headSize % 2 != 0) {
            throw new IllegalArgumentException("head_dim must be even, but is " + headSize);
        }
        if (!(normEpsilon > 0)) {
            throw new IllegalArgumentException("rms_norm_eps must be above 0, but is " + normEpsilon);
        }
        if (!(ropeTheta > 0)) {
            throw new IllegalArgumentException("rope_theta must be above 0, but is " + ropeTheta);
        }
    }

    private static void requirePositive(int value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be above 0, but is " + value);
        }
    }
}
