package dev.attune.trainer.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.attune.trainer.model.LlamaConfig;
import java.util.HashMap;
import java.util.Map;

/**
 * A Llama with a LoRA in double precision, one token after the other, without a cache, a batch or a library: slow and
 * plain, so that it can be believed. It has no rotary scaling.
 */
public final class ReferenceLlama {
    private final LlamaConfig config;
    private final Map<String, double[]> tensors = new HashMap<>();
    private final double scale;

    /**
     * Copies a model.
     *
     * @param adapter A and B under PEFT's names, of some modules, of all, or of none
     * @param scale what B(A(x)) is multiplied by
     */
    public ReferenceLlama(LlamaConfig config, NDList weights, NDList adapter, double scale) {
        if (config.ropeScaling() != null) {
            throw new IllegalArgumentException("the reference has no rotary scaling");
        }
        this.config = config;
        this.scale = scale;
        weights.forEach(weight -> tensors.put(weight.getName(), doubles(weight)));
        adapter.forEach(factor -> tensors.put(factor.getName(), doubles(factor)));
    }

    private static double[] doubles(NDArray array) {
        float[] floats = array.toFloatArray();
        double[] doubles = new double[floats.length];
        for (int i = 0; i < floats.length; i++) {
            doubles[i] = floats[i];
        }
        return doubles;
    }

    /** The elements of a weight or factor, row-major, to be changed in place. */
    public double[] tensor(String name) {
        return tensors.get(name);
    }

    /** Log-probability of {@code answer} after {@code prompt}, summed over the answer's tokens, in nats. */
    public double logp(int[] prompt, int[] answer) {
        int[] tokens = new int[prompt.length + answer.length];
        System.arraycopy(prompt, 0, tokens, 0, prompt.length);
        System.arraycopy(answer, 0, tokens, prompt.length, answer.length);
        double[][] logits = logits(tokens);
        double sum = 0;
        for (int i = prompt.length; i < tokens.length; i++) {
            sum += logits[i - 1][tokens[i]] - logSumExp(logits[i - 1]);
        }
        return sum;
    }

    /** Logits [length][vocabulary] that follow each token. */
    public double[][] logits(int[] tokens) {
        double[] embedding = tensors.get("model.embed_tokens.weight");
        int hidden = config.hiddenSize();
        double[][] x = new double[tokens.length][hidden];
        for (int t = 0; t < tokens.length; t++) {
            System.arraycopy(embedding, tokens[t] * hidden, x[t], 0, hidden);
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            String name = "model.layers." + layer + ".";
            attend(x, name);
            for (double[] state : x) {
                feedForward(state, name);
            }
        }
        double[] output = config.tiedEmbeddings() ? embedding : tensors.get("lm_head.weight");
        double[][] logits = new double[tokens.length][];
        for (int t = 0; t < tokens.length; t++) {
            logits[t] = multiply(output, norm(x[t], "model.norm.weight"));
        }
        return logits;
    }

    private void attend(double[][] x, String layer) {
        int length = x.length;
        int size = config.headSize();
        double[][] q = new double[length][];
        double[][] k = new double[length][];
        double[][] v = new double[length][];
        for (int t = 0; t < length; t++) {
            double[] h = norm(x[t], layer + "input_layernorm.weight");
            q[t] = rotated(linear(layer + "self_attn.q_proj", h), t);
            k[t] = rotated(linear(layer + "self_attn.k_proj", h), t);
            v[t] = linear(layer + "self_attn.v_proj", h);
        }
        for (int t = length - 1; t >= 0; t--) {
            double[] mixed = new double[config.heads() * size];
            for (int head = 0; head < config.heads(); head++) {
                int shared = head / (config.heads() / config.keyValueHeads());
                double[] scores = new double[t + 1];
                for (int past = 0; past <= t; past++) {
                    for (int i = 0; i < size; i++) {
                        scores[past] += q[t][head * size + i] * k[past][shared * size + i] / Math.sqrt(size);
                    }
                }
                double normalizer = logSumExp(scores);
                for (int past = 0; past <= t; past++) {
                    for (int i = 0; i < size; i++) {
                        mixed[head * size + i] += Math.exp(scores[past] - normalizer) * v[past][shared * size + i];
                    }
                }
            }
            add(x[t], linear(layer + "self_attn.o_proj", mixed));
        }
    }

    private void feedForward(double[] x, String layer) {
        double[] h = norm(x, layer + "post_attention_layernorm.weight");
        double[] gate = linear(layer + "mlp.gate_proj", h);
        double[] up = linear(layer + "mlp.up_proj", h);
        for (int i = 0; i < gate.length; i++) {
            gate[i] *= up[i] / (1 + Math.exp(-gate[i]));
        }
        add(x, linear(layer + "mlp.down_proj", gate));
    }

    /** W x + scale B A x */
    private double[] linear(String module, double[] x) {
        double[] y = multiply(tensors.get(module + ".weight"), x);
        double[] a = tensors.get("base_model.model." + module + ".lora_A.weight");
        double[] b = tensors.get("base_model.model." + module + ".lora_B.weight");
        if (a != null && b != null) {
            double[] delta = multiply(b, multiply(a, x));
            for (int i = 0; i < y.length; i++) {
                y[i] += scale * delta[i];
            }
        }
        return y;
    }

    /** The halves of each head turned by the position's angles. */
    private double[] rotated(double[] heads, int position) {
        int size = config.headSize();
        double[] turned = new double[heads.length];
        for (int at = 0; at < heads.length; at += size) {
            for (int i = 0; i < size / 2; i++) {
                double angle = position / Math.pow(config.ropeTheta(), 2.0 * i / size);
                double first = heads[at + i];
                double second = heads[at + i + size / 2];
                turned[at + i] = first * Math.cos(angle) - second * Math.sin(angle);
                turned[at + i + size / 2] = second * Math.cos(angle) + first * Math.sin(angle);
            }
        }
        return turned;
    }

    private double[] norm(double[] x, String weight) {
        double squares = 0;
        for (double value : x) {
            squares += value * value;
        }
        double factor = 1 / Math.sqrt(squares / x.length + config.normEpsilon());
        double[] weights = tensors.get(weight);
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i] * factor * weights[i];
        }
        return y;
    }

    /** @param matrix [rows, x.length] */
    private static double[] multiply(double[] matrix, double[] x) {
        double[] y = new double[matrix.length / x.length];
        for (int row = 0; row < y.length; row++) {
            for (int i = 0; i < x.length; i++) {
                y[row] += matrix[row * x.length + i] * x[i];
            }
        }
        return y;
    }

    private static void add(double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            x[i] += y[i];
        }
    }

    private static double logSumExp(double[] values) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            greatest = Math.max(greatest, value);
        }
        double sum = 0;
        for (double value : values) {
            sum += Math.exp(value - greatest);
        }
        return greatest + Math.log(sum);
    }
}
