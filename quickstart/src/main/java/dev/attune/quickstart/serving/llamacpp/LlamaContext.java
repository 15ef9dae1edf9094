package dev.attune.quickstart.serving.llamacpp;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A key-value cache and the computations on it. For one thread. Several contexts may be used from several threads, but
 * {@link #decode} of one waits for that of another: in this build of llama.cpp all matrix products of a process share one
 * counter of finished blocks (fixed upstream after ggml-org/llama.cpp#14035), and two at a time skip each other's blocks
 * without an error. To use more cores, start more processes.
 */
public final class LlamaContext implements AutoCloseable {
    private static final int NO_CELLS = 1;
    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock(true);

    private final LlamaSymbols symbols;
    private final LlamaModel model;
    private final MemorySegment context;
    private final Arena arena = Arena.ofShared();
    private final DecodeBatch batch;
    private boolean closed;

    LlamaContext(LlamaSymbols symbols, LlamaModel model, MemorySegment context, ContextShape shape) {
        this.symbols = symbols;
        this.model = model;
        this.context = context;
        this.batch = new DecodeBatch(arena, shape, model.vocabularySize());
    }

    /** This context's batch; fill it, then {@link #decode}. */
    public DecodeBatch batch() {
        return batch;
    }

    /**
     * Computes the tokens of {@link #batch} and adds them to the cache.
     *
     * @throws LlamaCppException if the cache has no room for them, or llama.cpp fails otherwise
     */
    public void decode() {
        requireOpen();
        if (batch.size() == 0) {
            throw new IllegalStateException("the batch is empty");
        }
        int result = decodeAlone();
        if (result == NO_CELLS) {
            throw new LlamaCppException("the key-value cache has no room for " + batch.size() + " more tokens");
        }
        if (result != 0) {
            throw new LlamaCppException("llama_decode failed with " + result + ": " + LlamaLog.takeLastError());
        }
    }

    private int decodeAlone() {
        ONE_AT_A_TIME.lock();
        try {
            return LlamaSymbols.invoke(() -> (int) symbols.decode.invoke(context, batch.struct()));
        } finally {
            ONE_AT_A_TIME.unlock();
        }
    }

    /**
     * Copies the logits after one token of the last decoded batch.
     *
     * @param row a row of the batch for which logits were asked
     * @param into [vocabulary]
     */
    @SuppressWarnings("restricted") // the size of the native array is known
    public void logits(int row, float[] into) {
        requireOpen();
        if (!batch.wantsLogits(row)) {
            throw new IllegalArgumentException("no logits were asked for row " + row);
        }
        if (into.length != model.vocabularySize()) {
            throw new IllegalArgumentException(
                    "logits are " + model.vocabularySize() + " numbers, the array holds " + into.length);
        }
        MemorySegment logits = LlamaSymbols.invoke(() -> (MemorySegment) symbols.logitsAt.invoke(context, row));
        if (logits.address() == 0) {
            throw new LlamaCppException("llama.cpp has no logits for row " + row);
        }
        MemorySegment.copy(logits.reinterpret((long) into.length * Float.BYTES), JAVA_FLOAT, 0, into, 0, into.length);
    }

    /** Computes with this adapter from now on, and with no other. The cache keeps what was computed before: clear it. */
    public void use(LlamaAdapter adapter) {
        requireOpen();
        if (adapter.model() != model) {
            throw new IllegalArgumentException("the adapter was made for another model");
        }
        useBase();
        int result = LlamaSymbols.invoke(() -> (int) symbols.adapterSet.invoke(context, adapter.address(), 1f));
        if (result != 0) {
            throw new LlamaCppException("llama_set_adapter_lora failed with " + result);
        }
    }

    /** Computes without an adapter from now on. */
    public void useBase() {
        requireOpen();
        LlamaSymbols.execute(() -> symbols.adapterClear.invoke(context));
    }

    /** Forgets one sequence; cells that it shared stay for the others. */
    public void forget(int sequence) {
        requireOpen();
        LlamaSymbols.invoke(() -> (boolean) symbols.cacheRemoveSequence.invoke(context, sequence, -1, -1));
    }

    /** Forgets every sequence. */
    public void clear() {
        requireOpen();
        LlamaSymbols.execute(() -> symbols.cacheClear.invoke(context));
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the context is closed");
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        LlamaSymbols.execute(() -> symbols.contextFree.invoke(context));
        arena.close();
        model.release();
    }
}
