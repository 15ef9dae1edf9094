package dev.attune.quickstart.serving.llamacpp;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The base weights, read from a GGUF file. Contexts and adapters point into them: the model refuses to close while one is open,
 * because freeing it then would end the JVM later, somewhere else. Safe for use by many threads.
 */
public final class LlamaModel implements AutoCloseable {
    private final LlamaSymbols symbols;
    private final MemorySegment model;
    private final MemorySegment vocabulary;
    private final int vocabularySize;
    private final AtomicInteger dependants = new AtomicInteger();
    private boolean closed;

    private LlamaModel(LlamaSymbols symbols, MemorySegment model) {
        this.symbols = symbols;
        this.model = model;
        this.vocabulary = LlamaSymbols.invoke(() -> (MemorySegment) symbols.modelVocab.invoke(model));
        this.vocabularySize = LlamaSymbols.invoke(() -> (int) symbols.vocabSize.invoke(vocabulary));
    }

    /**
     * Loads a model.
     *
     * @throws LlamaCppException if llama.cpp cannot be used here or refuses the file
     */
    public static LlamaModel load(Path gguf) {
        LlamaSymbols symbols = LlamaSymbols.get();
        requireFile(gguf, "model");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = LlamaSymbols.defaults(symbols.modelDefaultParams, arena);
            MemorySegment path = arena.allocateFrom(gguf.toString());
            MemorySegment model = LlamaSymbols.invoke(() -> (MemorySegment) symbols.modelLoad.invoke(path, params));
            if (model.address() == 0) {
                throw new LlamaCppException(
                        "llama.cpp cannot load the model " + gguf + ": " + LlamaLog.takeLastError());
            }
            return new LlamaModel(symbols, model);
        }
    }

    public int vocabularySize() {
        return vocabularySize;
    }

    /**
     * Token ids as llama.cpp's own tokenizer gives them, special tokens in the text recognised, none added. Only for a model whose
     * tokenizer was written into its GGUF file.
     */
    public int[] tokenize(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        // A token stands for at least one byte, and a special one may come on top.
        int capacity = utf8.length + 16;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(utf8.length + 1L);
            MemorySegment.copy(MemorySegment.ofArray(utf8), 0, bytes, 0, utf8.length);
            MemorySegment ids = arena.allocate(JAVA_INT, capacity);
            int count = LlamaSymbols.invoke(
                    () -> (int) symbols.tokenize.invoke(vocabulary, bytes, utf8.length, ids, capacity, false, true));
            if (count < 0) {
                throw new LlamaCppException("llama.cpp wants " + -count + " tokens for " + utf8.length + " bytes");
            }
            return ids.asSlice(0, (long) count * Integer.BYTES).toArray(JAVA_INT);
        }
    }

    /**
     * Loads an adapter for this model.
     *
     * @throws LlamaCppException if llama.cpp refuses the file: not an adapter, another architecture, other shapes
     */
    public LlamaAdapter loadAdapter(Path gguf) {
        requireFile(gguf, "adapter");
        retain();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocateFrom(gguf.toString());
            MemorySegment adapter = LlamaSymbols.invoke(() -> (MemorySegment) symbols.adapterInit.invoke(model, path));
            if (adapter.address() == 0) {
                release();
                throw new LlamaCppException("llama.cpp refuses the adapter: " + LlamaLog.takeLastError());
            }
            return new LlamaAdapter(symbols, this, adapter);
        }
    }

    /**
     * Makes a cache and what computes on it.
     *
     * @throws LlamaCppException if there is not enough memory for the shape
     */
    public LlamaContext newContext(ContextShape shape) {
        retain();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = LlamaSymbols.defaults(symbols.contextDefaultParams, arena);
            shape.write(params);
            MemorySegment context =
                    LlamaSymbols.invoke(() -> (MemorySegment) symbols.contextInit.invoke(model, params));
            if (context.address() == 0) {
                release();
                throw new LlamaCppException(
                        "llama.cpp cannot make a context of " + shape + ": " + LlamaLog.takeLastError());
            }
            return new LlamaContext(symbols, this, context, shape);
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        if (dependants.get() != 0) {
            throw new IllegalStateException(dependants.get() + " contexts or adapters of this model are still open");
        }
        closed = true;
        LlamaSymbols.execute(() -> symbols.modelFree.invoke(model));
    }

    private synchronized void retain() {
        if (closed) {
            throw new IllegalStateException("the model is closed");
        }
        dependants.incrementAndGet();
    }

    void release() {
        dependants.decrementAndGet();
    }

    private static void requireFile(Path gguf, String what) {
        if (!Files.isRegularFile(gguf)) {
            throw new LlamaCppException("there is no " + what + " file " + gguf);
        }
    }
}
