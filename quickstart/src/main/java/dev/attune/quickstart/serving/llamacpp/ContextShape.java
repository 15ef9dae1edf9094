package dev.attune.quickstart.serving.llamacpp;

import static dev.attune.quickstart.serving.llamacpp.LlamaStructs.CONTEXT_PARAMS;

import java.lang.foreign.MemorySegment;

/**
 * The size of a context.
 *
 * @param cacheCells positions that the key-value cache holds, over all sequences together
 * @param maxSequences sequences that may be alive at once
 * @param maxBatchTokens tokens of one {@link LlamaContext#decode}; at most {@code cacheCells}
 */
public record ContextShape(int cacheCells, int maxSequences, int maxBatchTokens) {
    /** Tokens that are computed in one pass; a longer batch is split by llama.cpp. */
    private static final int MICRO_BATCH_TOKENS = 512;

    private static final int TYPE_F32 = 0;

    public ContextShape {
        require("cacheCells", cacheCells, 1, 1 << 22);
        require("maxSequences", maxSequences, 1, 64); // LLAMA_MAX_PARALLEL_SEQUENCES of build 4916
        require("maxBatchTokens", maxBatchTokens, 1, cacheCells);
    }

    private static void require(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", not " + value);
        }
    }

    /**
     * One thread: OpenMP's threads spin while they wait, and on a machine whose cores are all in use two of them are slower than one.
     * An F32 cache: with the default F16 one, log-probabilities are off by 3e-2 instead of 5e-5.
     */
    void write(MemorySegment params) {
        LlamaStructs.setInt(CONTEXT_PARAMS, params, "n_ctx", cacheCells);
        LlamaStructs.setInt(CONTEXT_PARAMS, params, "n_batch", maxBatchTokens);
        LlamaStructs.setInt(CONTEXT_PARAMS, params, "n_ubatch", Math.min(maxBatchTokens, MICRO_BATCH_TOKENS));
        LlamaStructs.setInt(CONTEXT_PARAMS, params, "n_seq_max", maxSequences);
        LlamaStructs.setInt(CONTEXT_PARAMS, params, "n_threads", 1);
        LlamaStructs.setInt(CONTEXT_PARAMS, params, "n_threads_batch", 1);
        LlamaStructs.setInt(CONTEXT_PARAMS, params, "type_k", TYPE_F32);
        LlamaStructs.setInt(CONTEXT_PARAMS, params, "type_v", TYPE_F32);
    }
}
