package dev.attune.quickstart.serving.gguf;

import dev.attune.trainer.model.LlamaConfig;

/** The linear layers of a Llama block: their names on both sides, their shapes, and whether their rows are rotated. */
enum LinearLayer {
    QUERY("self_attn.q_proj", "attn_q"),
    KEY("self_attn.k_proj", "attn_k"),
    VALUE("self_attn.v_proj", "attn_v"),
    OUTPUT("self_attn.o_proj", "attn_output"),
    GATE("mlp.gate_proj", "ffn_gate"),
    UP("mlp.up_proj", "ffn_up"),
    DOWN("mlp.down_proj", "ffn_down");

    private final String module;
    private final String ggufName;

    LinearLayer(String module, String ggufName) {
        this.module = module;
        this.ggufName = ggufName;
    }

    /** Hugging Face's name inside a layer, such as {@code self_attn.q_proj}. */
    String module() {
        return module;
    }

    /** llama.cpp's tensor name in the given layer. */
    String ggufName(int layer) {
        return "blk." + layer + "." + ggufName + ".weight";
    }

    /** Output features: rows of the weight. */
    int rows(LlamaConfig config) {
        return switch (this) {
            case QUERY -> config.heads() * config.headSize();
            case KEY, VALUE -> config.keyValueHeads() * config.headSize();
            case OUTPUT, DOWN -> config.hiddenSize();
            case GATE, UP -> config.intermediateSize();
        };
    }

    /** Input features: columns of the weight. */
    int columns(LlamaConfig config) {
        return switch (this) {
            case QUERY, KEY, VALUE, GATE, UP -> config.hiddenSize();
            case OUTPUT -> config.heads() * config.headSize();
            case DOWN -> config.intermediateSize();
        };
    }

    /** Rows of this layer, or of a LoRA's B for it, in llama.cpp's order. */
    float[] rowsForLlamaCpp(float[] rows, LlamaConfig config, int width) {
        return switch (this) {
            case QUERY -> RotaryPermutation.apply(rows, config.heads(), width);
            case KEY -> RotaryPermutation.apply(rows, config.keyValueHeads(), width);
            case VALUE, OUTPUT, GATE, UP, DOWN -> rows;
        };
    }
}
