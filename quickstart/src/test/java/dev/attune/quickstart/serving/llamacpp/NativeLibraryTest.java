package dev.attune.quickstart.serving.llamacpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** What an operator reads where llama.cpp cannot run. */
class NativeLibraryTest {
    @Test
    void givenNoLibgompWhenOpenedThenTheMessageNamesThePackage() {
        assertThat(NativeLibrary.explain("libgomp.so.1: cannot open shared object file: No such file or directory"))
                .endsWith("apt-get install libgomp1");
    }

    @Test
    void givenNoAvx2WhenCheckedThenTheMessageSaysSo() {
        assertThatThrownBy(() -> NativeLibrary.requireAvx2("flags : fpu sse avx"))
                .hasMessageContaining("this processor has no AVX2");
        assertThatCode(() -> NativeLibrary.requireAvx2("flags : fpu avx avx2 fma"))
                .doesNotThrowAnyException();
    }

    @Test
    void givenAnotherSystemWhenCheckedThenTheMessageNamesIt() {
        assertThatThrownBy(() -> NativeLibrary.requirePlatform("Mac OS X", "aarch64"))
                .hasMessageContaining("needs Linux on x86_64, this is Mac OS X on aarch64");
    }

    @Test
    void givenAnotherLayoutWhenCheckedThenTheFieldIsNamed() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = LlamaSymbols.defaults(LlamaSymbols.get().contextDefaultParams, arena);
            LlamaStructs.setInt(LlamaStructs.CONTEXT_PARAMS, params, "type_k", 7);

            assertThatThrownBy(() -> LayoutCheck.require(
                            "llama_context_params", LlamaStructs.CONTEXT_PARAMS, params, LayoutCheck.CONTEXT_DEFAULTS))
                    .isInstanceOf(LlamaCppException.class)
                    .hasMessageContaining("llama_context_params.type_k is 7 where build 4916 has 1");
        }
    }
}
