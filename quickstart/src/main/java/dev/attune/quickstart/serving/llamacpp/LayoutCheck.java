package dev.attune.quickstart.serving.llamacpp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/**
 * Compares the defaults that the library fills into its parameter structs with those of the build that {@link LlamaStructs} was
 * written for. C structs carry no names: a library of another version would read our flags as something else, silently. Every field
 * is compared, those without an entry with zero.
 */
final class LayoutCheck {
    static final Map<String, Number> MODEL_DEFAULTS = Map.of("split_mode", 1, "use_mmap", (byte) 1);

    static final Map<String, Number> CONTEXT_DEFAULTS = Map.ofEntries(
            Map.entry("n_ctx", 512),
            Map.entry("n_batch", 2048),
            Map.entry("n_ubatch", 512),
            Map.entry("n_seq_max", 1),
            Map.entry("n_threads", 4),
            Map.entry("n_threads_batch", 4),
            Map.entry("rope_scaling_type", -1),
            Map.entry("pooling_type", -1),
            Map.entry("attention_type", -1),
            Map.entry("yarn_ext_factor", -1f),
            Map.entry("yarn_attn_factor", 1f),
            Map.entry("yarn_beta_fast", 32f),
            Map.entry("yarn_beta_slow", 1f),
            Map.entry("defrag_thold", -1f),
            Map.entry("type_k", 1),
            Map.entry("type_v", 1),
            Map.entry("offload_kqv", (byte) 1),
            Map.entry("no_perf", (byte) 1));

    private LayoutCheck() {}

    static void require(String struct, StructLayout layout, MemorySegment actual, Map<String, Number> expected) {
        for (MemoryLayout member : layout.memberLayouts()) {
            if (member.name().isEmpty()) {
                continue; // padding: its bytes are undefined
            }
            String field = member.name().get();
            Number value = read((ValueLayout) member, actual, LlamaStructs.offset(layout, field));
            Number wanted = expected.getOrDefault(field, 0);
            if (value.doubleValue() != wanted.doubleValue()) {
                throw new LlamaCppException(
                        "libjllama.so is not the llama.cpp that this program was written for: the default of "
                                + struct + "." + field + " is " + value + " where build 4916 has " + wanted
                                + "; use de.kherud:llama:4.1.0");
            }
        }
    }

    private static Number read(ValueLayout member, MemorySegment struct, long offset) {
        if (member.carrier() == int.class) {
            return struct.get(JAVA_INT, offset);
        }
        if (member.carrier() == float.class) {
            return struct.get(JAVA_FLOAT, offset);
        }
        if (member.carrier() == byte.class) {
            return struct.get(JAVA_BYTE, offset);
        }
        return struct.get(ADDRESS, offset).address();
    }
}
