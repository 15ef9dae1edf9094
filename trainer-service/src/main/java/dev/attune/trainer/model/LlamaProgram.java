package dev.attune.trainer.model;

import java.util.Locale;

/**
 * The TorchScript source of a whole Llama: stateless, one call a pass.
 *
 * <p>Arguments that the methods share:
 *
 * <ul>
 *   <li>{@code tokens} [rows, length] int64, right-padded: causal attention keeps padding out of every real position;
 *   <li>{@code cosines}, {@code sines} [at least length, headSize]: {@link RotaryEmbedding};
 *   <li>{@code weights}: in the order of {@link LlamaWeights#programOrder}; reference and anchor have their own, which
 *       are the same arrays where only adapters differ;
 *   <li>{@code lora}: A [rank, in] and B [out, rank] of every linear layer in the order of
 *       {@link LoraAdapter#programFactors}, rank 0 where a layer has none, or empty for the model without an adapter;
 *       {@code scale}: what B(A(x)) is multiplied by;
 *   <li>{@code positions} [scored] int64: flat indices into {@code tokens} whose next token is scored;
 *       {@code targets} [scored] int64: those next tokens; {@code owners} [scored] int64: the row of each.
 * </ul>
 *
 * <p>Only scored positions go through the output matrix: the logits of prompts and padding are never computed.
 */
final class LlamaProgram {
    /** Weights of a layer, in order: norm, q, k, v, o, norm, gate, up, down. */
    static final int WEIGHTS_PER_LAYER = 9;

    /** LoRA factors of a layer: A and B of q, k, v, o, gate, up, down. */
    static final int FACTORS_PER_LAYER = 14;

    // The program's text is fixed but for the {NUMBERS} that the config fills in. Shared keys and values are repeated
    // for
    // their heads, as transformers does: PyTorch's fused attention on the CPU knows no groups, and its way around keeps
    // every score.
    private static final String FUNCTIONS = """
            def norm(x: Tensor, weight: Tensor) -> Tensor:
              return torch.rms_norm(x, [torch.size(x, -1)], weight, {EPSILON})
            def linear(x: Tensor, weight: Tensor, lora: List[Tensor], factor: int, scale: float) -> Tensor:
              y = torch.linear(x, weight)
              if torch.eq(torch.len(lora), 0):
                z = y
              else:
                a = lora[factor]
                if torch.eq(torch.size(a, 0), 0):
                  adapted = y
                else:
                  delta = torch.linear(torch.linear(x, a), lora[torch.add(factor, 1)])
                  adapted = torch.add(y, delta, alpha=scale)
                z = adapted
              return z
            def heads(x: Tensor, count: int) -> Tensor:
              y = torch.view(x, [torch.size(x, 0), torch.size(x, 1), count, {HEAD}])
              return torch.transpose(y, 1, 2)
            def repeat(x: Tensor) -> Tensor:
              y = torch.expand(torch.unsqueeze(x, 2), [-1, -1, {GROUP}, -1, -1])
              return torch.flatten(y, 1, 2)
            def rotate(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
              first = torch.slice(x, -1, 0, {HALF_HEAD})
              second = torch.slice(x, -1, {HALF_HEAD}, {HEAD})
              turned = torch.cat([torch.neg(second), first], -1)
              return torch.add(torch.mul(x, cosines), torch.mul(turned, sines))
            def layer(x: Tensor, cosines: Tensor, sines: Tensor, weights: List[Tensor], w: int, lora: List[Tensor], f: int, scale: float) -> Tensor:
              h = __torch__.norm(x, weights[w])
              q = __torch__.heads(__torch__.linear(h, weights[torch.add(w, 1)], lora, f, scale), {HEADS})
              k = __torch__.heads(__torch__.linear(h, weights[torch.add(w, 2)], lora, torch.add(f, 2), scale), {KV_HEADS})
              v = __torch__.heads(__torch__.linear(h, weights[torch.add(w, 3)], lora, torch.add(f, 4), scale), {KV_HEADS})
              q0 = __torch__.rotate(q, cosines, sines)
              k0 = __torch__.rotate(k, cosines, sines)
              a = torch.scaled_dot_product_attention(q0, __torch__.repeat(k0), __torch__.repeat(v), None, 0., True, scale=None, enable_gqa=False)
              a0 = torch.flatten(torch.transpose(a, 1, 2), 2)
              x0 = torch.add(x, __torch__.linear(a0, weights[torch.add(w, 4)], lora, torch.add(f, 6), scale))
              h0 = __torch__.norm(x0, weights[torch.add(w, 5)])
              gate = torch.silu(__torch__.linear(h0, weights[torch.add(w, 6)], lora, torch.add(f, 8), scale))
              up = __torch__.linear(h0, weights[torch.add(w, 7)], lora, torch.add(f, 10), scale)
              return torch.add(x0, __torch__.linear(torch.mul(gate, up), weights[torch.add(w, 8)], lora, torch.add(f, 12), scale))
            def hidden(tokens: Tensor, cosines: Tensor, sines: Tensor, weights: List[Tensor], lora: List[Tensor], scale: float) -> Tensor:
              x = torch.embedding(weights[0], tokens)
              c = torch.slice(cosines, 0, 0, torch.size(tokens, 1))
              s = torch.slice(sines, 0, 0, torch.size(tokens, 1))
              for i in range({LAYERS}):
                x = __torch__.layer(x, c, s, weights, torch.add(torch.mul(i, {WEIGHTS_PER_LAYER}), 1), lora, torch.mul(i, {FACTORS_PER_LAYER}), scale)
              return x
            def head(x: Tensor, weights: List[Tensor]) -> Tensor:
              return torch.linear(__torch__.norm(x, weights[-2]), weights[-1])
            def logits(tokens: Tensor, positions: Tensor, cosines: Tensor, sines: Tensor, weights: List[Tensor], lora: List[Tensor], scale: float) -> Tensor:
              x = __torch__.hidden(tokens, cosines, sines, weights, lora, scale)
              return __torch__.head(torch.index_select(torch.flatten(x, 0, 1), 0, positions), weights)
            def sum_by_row(values: Tensor, owners: Tensor, rows: int) -> Tensor:
              return torch.index_add(torch.new_zeros(values, [rows]), 0, owners, values)
            def pick(logps: Tensor, targets: Tensor) -> Tensor:
              return torch.squeeze(torch.gather(logps, 1, torch.unsqueeze(targets, 1)), 1)
            """;

    private static final String METHODS = """
              def logits(self: __torch__.Program, tokens: Tensor, positions: Tensor, cosines: Tensor, sines: Tensor, weights: List[Tensor], lora: List[Tensor], scale: float) -> Tensor:
                return __torch__.logits(tokens, positions, cosines, sines, weights, lora, scale)
              def score(self: __torch__.Program, tokens: Tensor, positions: Tensor, targets: Tensor, owners: Tensor, cosines: Tensor, sines: Tensor, weights: List[Tensor], lora: List[Tensor], scale: float) -> Tuple[Tensor, Tensor]:
                logits = __torch__.logits(tokens, positions, cosines, sines, weights, lora, scale)
                logps = torch.neg(torch.cross_entropy_loss(logits, targets, None, 0))
                return (logps, __torch__.sum_by_row(logps, owners, torch.size(tokens, 0)))
              def compare(self: __torch__.Program, tokens: Tensor, positions: Tensor, targets: Tensor, owners: Tensor, cosines: Tensor, sines: Tensor, weights: List[Tensor], lora: List[Tensor], scale: float, reference_weights: List[Tensor], reference: List[Tensor], reference_scale: float) -> Tuple[Tensor, Tensor, Tensor]:
                rows = torch.size(tokens, 0)
                policy = torch.log_softmax(__torch__.logits(tokens, positions, cosines, sines, weights, lora, scale), 1)
                frozen = torch.detach(torch.log_softmax(__torch__.logits(tokens, positions, cosines, sines, reference_weights, reference, reference_scale), 1))
                still = torch.detach(policy)
                kl = torch.sum(torch.mul(torch.exp(still), torch.sub(still, frozen)), [1])
                return (__torch__.sum_by_row(__torch__.pick(policy, targets), owners, rows), __torch__.sum_by_row(__torch__.pick(frozen, targets), owners, rows), __torch__.sum_by_row(kl, owners, rows))
              def compare_anchored(self: __torch__.Program, tokens: Tensor, positions: Tensor, targets: Tensor, owners: Tensor, cosines: Tensor, sines: Tensor, weights: List[Tensor], lora: List[Tensor], scale: float, reference_weights: List[Tensor], reference: List[Tensor], reference_scale: float, anchor_weights: List[Tensor], anchor: List[Tensor], anchor_scale: float) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
                rows = torch.size(tokens, 0)
                policy = torch.log_softmax(__torch__.logits(tokens, positions, cosines, sines, weights, lora, scale), 1)
                frozen = torch.detach(torch.log_softmax(__torch__.logits(tokens, positions, cosines, sines, reference_weights, reference, reference_scale), 1))
                anchored = torch.detach(torch.log_softmax(__torch__.logits(tokens, positions, cosines, sines, anchor_weights, anchor, anchor_scale), 1))
                still = torch.detach(policy)
                kl = torch.sum(torch.mul(torch.exp(still), torch.sub(still, anchored)), [1])
                return (__torch__.sum_by_row(__torch__.pick(policy, targets), owners, rows), __torch__.sum_by_row(__torch__.pick(frozen, targets), owners, rows), __torch__.sum_by_row(__torch__.pick(anchored, targets), owners, rows), __torch__.sum_by_row(kl, owners, rows))
            """;

    private LlamaProgram() {}

    static String functions(LlamaConfig config) {
        return FUNCTIONS
                .replace("{EPSILON}", String.format(Locale.ROOT, "%.17e", config.normEpsilon()))
                .replace("{HEAD}", String.valueOf(config.headSize()))
                .replace("{HALF_HEAD}", String.valueOf(config.headSize() / 2))
                .replace("{HEADS}", String.valueOf(config.heads()))
                .replace("{KV_HEADS}", String.valueOf(config.keyValueHeads()))
                .replace("{GROUP}", String.valueOf(config.heads() / config.keyValueHeads()))
                .replace("{LAYERS}", String.valueOf(config.layers()))
                .replace("{WEIGHTS_PER_LAYER}", String.valueOf(WEIGHTS_PER_LAYER))
                .replace("{FACTORS_PER_LAYER}", String.valueOf(FACTORS_PER_LAYER));
    }

    /**
     * The methods:
     *
     * <ul>
     *   <li>{@code logits}: [scored, vocabulary];
     *   <li>{@code score}: log-probabilities of the targets [scored], and their sums by row [rows];
     *   <li>{@code compare}: sums by row [rows] of the policy's log-probabilities (with gradients), of the reference's,
     *       and of the exact divergence KL(policy || reference) of each scored position's next-token distribution
     *       (both without gradients);
     *   <li>{@code compare_anchored}: the same with a third adapter, the anchor's sums by row after the reference's, and the
     *       divergence from the anchor.
     * </ul>
     */
    static String methods() {
        return METHODS;
    }
}
