package dev.attune.publisher.gate;

import dev.attune.artifacts.PeftConfig;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Names and shapes of the tensors that a LoRA on a Llama-family model has, no more and no fewer. */
final class AdapterShapes {

    private AdapterShapes() {}

    /** A linear layer: its path inside a decoder layer, and its widths. */
    private record Linear(String path, long in, long out) {}

    /**
     * @return shape by PEFT tensor name: A is [rank, in], B is [out, rank]
     * @throws RefusedException if the configuration targets a module that the model does not have
     */
    static SortedMap<String, List<Long>> expected(BaseModel base, PeftConfig adapter) throws RefusedException {
        long rank = adapter.rank();
        SortedMap<String, List<Long>> shapes = new TreeMap<>();
        for (String target : adapter.targetModules()) {
            Linear linear = linear(base, target);
            for (long layer = 0; layer < base.layers(); layer++) {
                String module = "base_model.model.model.layers." + layer + "." + linear.path();
                shapes.put(module + ".lora_A.weight", List.of(rank, linear.in()));
                shapes.put(module + ".lora_B.weight", List.of(linear.out(), rank));
            }
        }
        return shapes;
    }

    private static Linear linear(BaseModel base, String target) throws RefusedException {
        return switch (target) {
            case "q_proj" -> new Linear("self_attn.q_proj", base.hidden(), base.queryWidth());
            case "k_proj" -> new Linear("self_attn.k_proj", base.hidden(), base.keyWidth());
            case "v_proj" -> new Linear("self_attn.v_proj", base.hidden(), base.keyWidth());
            case "o_proj" -> new Linear("self_attn.o_proj", base.queryWidth(), base.hidden());
            case "gate_proj" -> new Linear("mlp.gate_proj", base.hidden(), base.ffn());
            case "up_proj" -> new Linear("mlp.up_proj", base.hidden(), base.ffn());
            case "down_proj" -> new Linear("mlp.down_proj", base.ffn(), base.hidden());
            case "lm_head", "embed_tokens" ->
                throw unsupported("target_modules names '" + target + "': adapters are served on linear layers of the"
                        + " decoder, not on embedding and head"
                        + (base.tiedEmbeddings() ? ", which are one matrix in this base" : ""));
            default ->
                throw unsupported(
                        "target_modules names '" + target + "', which is no linear layer of this model family");
        };
    }

    private static RefusedException unsupported(String fault) {
        return new RefusedException(RejectReason.ADAPTER_UNSUPPORTED, fault);
    }
}
