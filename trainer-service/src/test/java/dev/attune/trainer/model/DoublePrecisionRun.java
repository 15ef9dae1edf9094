package dev.attune.trainer.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.attune.trainer.learner.TrainingPair;
import dev.attune.trainer.loss.LossFunction;
import dev.attune.trainer.loss.PairLogps;
import dev.attune.trainer.loss.TermLoss;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The training of an adapter in double precision throughout: the model's program on doubles, AdamW written out. What runs in
 * float32 would be without their rounding.
 */
public final class DoublePrecisionRun {
    private static final double RATE = 1e-3;
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final Map<String, double[]> weights = new TreeMap<>();
    private final Map<String, double[]> smallest = new TreeMap<>();

    private DoublePrecisionRun() {}

    /** The adapter's weights at the end, by name. */
    public Map<String, double[]> weights() {
        return weights;
    }

    /**
     * The size of each weight's gradients, the root of Adam's second moment, in the step where it was smallest, as a share
     * of the largest in its tensor; by name.
     */
    public Map<String, double[]> smallestGradients() {
        return smallest;
    }

    /**
     * Trains with AdamW at a rate of 1e-3, gradients clipped to a norm of 1.
     *
     * @param start directory of the adapter to begin with
     * @param againstStart the reference is that adapter, else the model without one
     */
    public static DoublePrecisionRun of(
            Path model, Path start, boolean againstStart, List<TrainingPair> pairs, LossFunction loss, int steps) {
        DoublePrecisionRun run = new DoublePrecisionRun();
        LlamaConfig config = LlamaConfigReader.read(model.resolve("config.json"));
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                LoraAdapter adapter = LoraAdapter.load(config, start)) {
            NDList single = LlamaWeights.load(model.resolve("model.safetensors"), config, manager);
            RotaryEmbedding rotary = RotaryEmbedding.of(config, 64, manager);
            TorchScriptModule program =
                    TorchScriptModule.compile(manager, LlamaProgram.functions(config), LlamaProgram.methods());
            NDList policy = doubles(adapter.programFactors());
            NDList reference = againstStart ? doubles(adapter.programFactors()) : new NDList();
            policy.forEach(factor -> factor.setRequiresGradient(true));
            NDList frozen = doubles(LlamaWeights.programOrder(config, single));
            NDArray cosines = rotary.cosines().toType(DataType.FLOAT64, false);
            NDArray sines = rotary.sines().toType(DataType.FLOAT64, false);
            TokenBatch batch = batch(pairs);
            Map<String, double[]> first = new TreeMap<>();
            Map<String, double[]> second = new TreeMap<>();
            for (int step = 1; step <= steps; step++) {
                try (NDManager temporary = manager.newSubManager();
                        GradientMode _ = GradientMode.recorded()) {
                    Gradients.zero(policy);
                    NDList out = program.call(
                            temporary,
                            "compare",
                            temporary.create(batch.tokens(), new Shape(batch.rows(), batch.length())),
                            temporary.create(batch.positions()),
                            temporary.create(batch.targets()),
                            temporary.create(batch.owners()),
                            cosines,
                            sines,
                            frozen,
                            policy,
                            adapter.scale(),
                            frozen,
                            reference,
                            adapter.scale());
                    double[] slopes = slopes(
                            loss, pairs, out.get(0).toDoubleArray(), out.get(1).toDoubleArray());
                    Gradients.backward(out.get(0), temporary.create(slopes));
                    run.update(step, policy, Gradients.of(policy, temporary), first, second);
                }
            }
        }
        return run;
    }

    private static NDList doubles(NDList floats) {
        NDList doubles = new NDList();
        for (NDArray array : floats) {
            NDArray copy = array.toType(DataType.FLOAT64, true);
            copy.setName(array.getName());
            doubles.add(copy);
        }
        return doubles;
    }

    private static TokenBatch batch(List<TrainingPair> pairs) {
        List<TokenSequence> sequences = new ArrayList<>();
        pairs.forEach(pair -> sequences.add(sequence(pair.promptTokens(), pair.chosenTokens())));
        pairs.forEach(pair -> sequences.add(sequence(pair.promptTokens(), pair.rejectedTokens())));
        return TokenBatch.of(sequences);
    }

    private static TokenSequence sequence(int[] prompt, int[] answer) {
        int[] tokens =
                IntStream.concat(IntStream.of(prompt), IntStream.of(answer)).toArray();
        return new TokenSequence(tokens, prompt.length);
    }

    /** Of the mean loss, by the log-probabilities of the chosen answers, then of the rejected. */
    private static double[] slopes(LossFunction loss, List<TrainingPair> pairs, double[] policy, double[] reference) {
        int n = pairs.size();
        TermLoss result = loss.of(new PairLogps(
                Arrays.copyOf(policy, n),
                Arrays.copyOfRange(policy, n, 2 * n),
                Arrays.copyOf(reference, n),
                Arrays.copyOfRange(reference, n, 2 * n),
                pairs.stream().mapToInt(pair -> pair.chosenTokens().length).toArray(),
                pairs.stream().mapToInt(pair -> pair.rejectedTokens().length).toArray(),
                pairs.stream().mapToDouble(TrainingPair::strength).toArray()));
        double[] slopes = new double[2 * n];
        for (int i = 0; i < n; i++) {
            slopes[i] = result.policyChosenGradients()[i] / n;
            slopes[n + i] = result.policyRejectedGradients()[i] / n;
        }
        return slopes;
    }

    /** AdamW as PyTorch's documentation writes it, without weight decay, after clipping to a global norm of 1. */
    private void update(
            int step, NDList parameters, NDList gradients, Map<String, double[]> first, Map<String, double[]> second) {
        double norm = Math.sqrt(gradients.stream()
                .flatMapToDouble(gradient -> Arrays.stream(gradient.toDoubleArray()))
                .map(value -> value * value)
                .sum());
        double clip = Math.min(1, 1 / (norm + 1e-6));
        for (int i = 0; i < parameters.size(); i++) {
            String name = parameters.get(i).getName();
            double[] gradient = gradients.get(i).toDoubleArray();
            double[] values = parameters.get(i).toDoubleArray();
            double[] m = first.computeIfAbsent(name, _ -> new double[gradient.length]);
            double[] v = second.computeIfAbsent(name, _ -> new double[gradient.length]);
            double[] sizes = new double[gradient.length];
            for (int j = 0; j < values.length; j++) {
                double g = gradient[j] * clip;
                m[j] = BETA1 * m[j] + (1 - BETA1) * g;
                v[j] = BETA2 * v[j] + (1 - BETA2) * g * g;
                double mean = m[j] / (1 - Math.pow(BETA1, step));
                sizes[j] = Math.sqrt(v[j] / (1 - Math.pow(BETA2, step)));
                values[j] -= RATE * mean / (sizes[j] + EPSILON);
            }
            keepSmallest(name, sizes);
            weights.put(name, values);
            try (GradientMode _ = GradientMode.off()) {
                parameters.get(i).set(values);
            }
        }
    }

    private void keepSmallest(String name, double[] sizes) {
        double largest = Arrays.stream(sizes).max().orElseThrow();
        // All of A's gradients are zero in the first step, where B is.
        double[] shares = Arrays.stream(sizes)
                .map(size -> largest == 0 ? 1 : size / largest)
                .toArray();
        double[] before = smallest.computeIfAbsent(name, _ -> shares);
        for (int i = 0; i < shares.length; i++) {
            before[i] = Math.min(before[i], shares[i]);
        }
    }
}
