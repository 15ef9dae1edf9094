package dev.attune.quickstart.serving.llamacpp;

import java.lang.foreign.MemorySegment;

/** A LoRA adapter in memory. Clear it from every context before closing it: a context keeps only its address. */
public final class LlamaAdapter implements AutoCloseable {
    private final LlamaSymbols symbols;
    private final LlamaModel model;
    private final MemorySegment adapter;
    private boolean closed;

    LlamaAdapter(LlamaSymbols symbols, LlamaModel model, MemorySegment adapter) {
        this.symbols = symbols;
        this.model = model;
        this.adapter = adapter;
    }

    synchronized MemorySegment address() {
        if (closed) {
            throw new IllegalStateException("the adapter is closed");
        }
        return adapter;
    }

    LlamaModel model() {
        return model;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        LlamaSymbols.execute(() -> symbols.adapterFree.invoke(adapter));
        model.release();
    }
}
