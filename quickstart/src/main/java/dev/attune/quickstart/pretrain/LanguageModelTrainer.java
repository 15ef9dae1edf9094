package dev.attune.quickstart.pretrain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.GradientMode;
import dev.attune.trainer.model.Gradients;
import dev.attune.trainer.model.TokenBatch;
import dev.attune.trainer.optim.AdamW;
import dev.attune.trainer.optim.AdamWConfig;
import java.util.List;

/** Next-token training of all weights of a model. */
final class LanguageModelTrainer implements AutoCloseable {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.98;
    private static final double EPSILON = 1e-8;
    private static final double MAX_GRADIENT_NORM = 1;

    private final CausalLm model;
    private final double questionWeight;
    private final AdamW optimizer;

    /** @param model the caller closes it, after this */
    LanguageModelTrainer(CausalLm model, PretrainConfig config) {
        this.model = model;
        this.questionWeight = config.questionWeight();
        for (NDArray weight : model.weights()) {
            weight.setRequiresGradient(true);
        }
        // The schedule is ours: each step is given its learning rate.
        int warmupSteps = 0;
        int cycleSteps = 0;
        boolean decayNorms = true;
        this.optimizer = new AdamW(
                new AdamWConfig(
                        config.learningRate(),
                        BETA1,
                        BETA2,
                        EPSILON,
                        config.weightDecay(),
                        MAX_GRADIENT_NORM,
                        warmupSteps,
                        cycleSteps,
                        decayNorms),
                model.weights());
    }

    /**
     * Takes a step.
     *
     * @return mean negative log-probability of the answers' tokens, in nats
     */
    double step(List<EncodedDialogue> batch, double learningRate) {
        float[] weights = weights(batch); // [scored]
        double answerLoss;
        try (NDManager step = model.newStep();
                GradientMode _ = GradientMode.recorded()) {
            TokenBatch tokens =
                    TokenBatch.of(batch.stream().map(EncodedDialogue::sequence).toList());
            NDArray logps = model.score(step, tokens, null).tokens(); // [scored]
            // The loss is -sum(weights * logps) / sum(weights).
            float total = sum(weights);
            float[] gradients = new float[weights.length];
            for (int i = 0; i < weights.length; i++) {
                gradients[i] = -weights[i] / total;
            }
            answerLoss = meanOfAnswers(logps.toFloatArray(), weights);
            Gradients.backward(logps, step.create(gradients));
        }
        optimizer.update(learningRate);
        return answerLoss;
    }

    private float[] weights(List<EncodedDialogue> batch) {
        float[] weights = new float[batch.stream().mapToInt(d -> d.length() - 1).sum()];
        int next = 0;
        for (EncodedDialogue dialogue : batch) {
            for (int i = 1; i < dialogue.length(); i++) {
                weights[next++] = i >= dialogue.answerFrom() ? 1 : (float) questionWeight;
            }
        }
        return weights;
    }

    private static float sum(float[] values) {
        float sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }

    private static double meanOfAnswers(float[] logps, float[] weights) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < logps.length; i++) {
            if (weights[i] == 1) {
                sum -= logps[i];
                count++;
            }
        }
        return sum / count;
    }

    @Override
    public void close() {
        optimizer.close();
    }
}
