package dev.attune.quickstart.serving.llamacpp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** The functions of llama.cpp's C API that are used, bound once for the life of the JVM. */
final class LlamaSymbols {
    final MethodHandle modelDefaultParams;
    final MethodHandle contextDefaultParams;
    final MethodHandle modelLoad;
    final MethodHandle modelFree;
    final MethodHandle modelVocab;
    final MethodHandle vocabSize;
    final MethodHandle tokenize;
    final MethodHandle contextInit;
    final MethodHandle contextFree;
    final MethodHandle decode;
    final MethodHandle logitsAt;
    final MethodHandle cacheClear;
    final MethodHandle cacheRemoveSequence;
    final MethodHandle adapterInit;
    final MethodHandle adapterFree;
    final MethodHandle adapterSet;
    final MethodHandle adapterClear;
    private final SymbolLookup library;

    private LlamaSymbols(SymbolLookup library) {
        this.library = library;
        modelDefaultParams = returning(LlamaStructs.MODEL_PARAMS, "llama_model_default_params");
        contextDefaultParams = returning(LlamaStructs.CONTEXT_PARAMS, "llama_context_default_params");
        modelLoad = returning(ADDRESS, "llama_model_load_from_file", ADDRESS, LlamaStructs.MODEL_PARAMS);
        modelFree = bind("llama_model_free", FunctionDescriptor.ofVoid(ADDRESS));
        modelVocab = returning(ADDRESS, "llama_model_get_vocab", ADDRESS);
        vocabSize = returning(JAVA_INT, "llama_vocab_n_tokens", ADDRESS);
        tokenize = returning(
                JAVA_INT, "llama_tokenize", ADDRESS, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_BOOLEAN, JAVA_BOOLEAN);
        contextInit = returning(ADDRESS, "llama_init_from_model", ADDRESS, LlamaStructs.CONTEXT_PARAMS);
        contextFree = bind("llama_free", FunctionDescriptor.ofVoid(ADDRESS));
        decode = returning(JAVA_INT, "llama_decode", ADDRESS, LlamaStructs.BATCH);
        logitsAt = returning(ADDRESS, "llama_get_logits_ith", ADDRESS, JAVA_INT);
        cacheClear = bind("llama_kv_self_clear", FunctionDescriptor.ofVoid(ADDRESS));
        cacheRemoveSequence = returning(JAVA_BOOLEAN, "llama_kv_self_seq_rm", ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT);
        adapterInit = returning(ADDRESS, "llama_adapter_lora_init", ADDRESS, ADDRESS);
        adapterFree = bind("llama_adapter_lora_free", FunctionDescriptor.ofVoid(ADDRESS));
        adapterSet = returning(JAVA_INT, "llama_set_adapter_lora", ADDRESS, ADDRESS, JAVA_FLOAT);
        adapterClear = bind("llama_clear_adapter_lora", FunctionDescriptor.ofVoid(ADDRESS));
    }

    /**
     * The bound library; opened, initialised and checked on the first call. One that cannot be used gives the same message on every
     * call.
     */
    static LlamaSymbols get() {
        LlamaSymbols symbols = Holder.SYMBOLS;
        if (symbols == null) {
            throw new LlamaCppException(Holder.FAILURE);
        }
        return symbols;
    }

    private static LlamaSymbols bindAndCheck() {
        LlamaSymbols symbols = new LlamaSymbols(NativeLibrary.open());
        symbols.redirectLog();
        execute(() ->
                symbols.bind("llama_backend_init", FunctionDescriptor.ofVoid()).invoke());
        try (Arena arena = Arena.ofConfined()) {
            LayoutCheck.require(
                    "llama_model_params",
                    LlamaStructs.MODEL_PARAMS,
                    defaults(symbols.modelDefaultParams, arena),
                    LayoutCheck.MODEL_DEFAULTS);
            LayoutCheck.require(
                    "llama_context_params",
                    LlamaStructs.CONTEXT_PARAMS,
                    defaults(symbols.contextDefaultParams, arena),
                    LayoutCheck.CONTEXT_DEFAULTS);
        }
        return symbols;
    }

    static MemorySegment defaults(MethodHandle function, Arena arena) {
        return invoke(() -> (MemorySegment) function.invoke((SegmentAllocator) arena));
    }

    @SuppressWarnings("restricted") // the JVM is started with --enable-native-access
    private void redirectLog() {
        FunctionDescriptor signature = FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS, ADDRESS);
        execute(() -> {
            MethodHandle receive = MethodHandles.lookup()
                    .findStatic(
                            LlamaLog.class,
                            "receive",
                            MethodType.methodType(void.class, int.class, MemorySegment.class, MemorySegment.class));
            MemorySegment callback = Linker.nativeLinker().upcallStub(receive, signature, Arena.global());
            bind("llama_log_set", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS)).invoke(callback, MemorySegment.NULL);
        });
    }

    private MethodHandle returning(MemoryLayout result, String name, MemoryLayout... arguments) {
        return bind(name, FunctionDescriptor.of(result, arguments));
    }

    @SuppressWarnings("restricted")
    private MethodHandle bind(String name, FunctionDescriptor descriptor) {
        MemorySegment address = library.find(name)
                .orElseThrow(() -> new LlamaCppException(
                        "libjllama.so has no function " + name + ": use de.kherud:llama:4.1.0 (llama.cpp build 4916)"));
        return Linker.nativeLinker().downcallHandle(address, descriptor);
    }

    /** Runs a native call; {@link MethodHandle#invoke} declares Throwable, but a downcall itself throws only unchecked ones. */
    static <T> T invoke(NativeCall<T> call) {
        try {
            return call.run();
        } catch (RuntimeException | Error unchecked) {
            throw unchecked;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Runs a native call without a result. */
    static void execute(NativeAction action) {
        try {
            action.run();
        } catch (RuntimeException | Error unchecked) {
            throw unchecked;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A call through a method handle. */
    @FunctionalInterface
    interface NativeCall<T> {
        T run() throws Throwable;
    }

    /** A call through a method handle to a function that returns nothing. */
    @FunctionalInterface
    interface NativeAction {
        void run() throws Throwable;
    }

    /** Binds on first use; a failure is kept as its message, because a class whose initialiser throws never names the cause again. */
    private static final class Holder {
        static final @Nullable LlamaSymbols SYMBOLS;
        static final String FAILURE;

        static {
            LlamaSymbols symbols = null;
            String failure = "";
            try {
                symbols = bindAndCheck();
            } catch (LlamaCppException unusable) {
                failure = String.valueOf(unusable.getMessage());
            }
            SYMBOLS = symbols;
            FAILURE = failure;
        }
    }
}
