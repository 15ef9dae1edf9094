package dev.attune.quickstart.serving.gguf;

import dev.attune.trainer.model.LlamaConfig;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a tensor's name in a PEFT file says, as in {@code base_model.model.model.layers.3.mlp.up_proj.lora_A.weight}.
 *
 * @param layer the decoder layer
 * @param linear the layer that is adapted
 * @param down true for A (input to rank), false for B (rank to output)
 */
record AdapterTensorName(int layer, LinearLayer linear, boolean down) {
    private static final Pattern NAME =
            Pattern.compile("base_model\\.model\\.model\\.layers\\.(\\d{1,6})\\.(.+)\\.lora_([AB])\\.weight");
    private static final String A = ".lora_A.weight";
    private static final String B = ".lora_B.weight";

    /** @throws ConversionException if nothing of that name can be adapted here */
    static AdapterTensorName parse(String name, int layers) throws ConversionException {
        Matcher matcher = NAME.matcher(name);
        if (matcher.matches()) {
            int layer = Integer.parseInt(matcher.group(1));
            if (layer >= layers) {
                throw new ConversionException(
                        "tensor " + name + " is for layer " + layer + ", the base model has " + layers);
            }
            for (LinearLayer linear : LinearLayer.values()) {
                if (linear.module().equals(matcher.group(2))) {
                    return new AdapterTensorName(layer, linear, matcher.group(3).equals("A"));
                }
            }
        }
        throw new ConversionException(
                "tensor " + name + " has an unknown target: LoRA is supported on q, k, v, o, gate, up and down_proj");
    }

    /** The other matrix of the pair. */
    String partner(String name) {
        return down ? name.replace(A, B) : name.replace(B, A);
    }

    /** A is [rank, columns], B is [rows, rank]. */
    long[] shape(LlamaConfig config, int rank) {
        return down ? new long[] {rank, linear.columns(config)} : new long[] {linear.rows(config), rank};
    }

    String ggufName() {
        return linear.ggufName(layer) + (down ? ".lora_a" : ".lora_b");
    }
}
