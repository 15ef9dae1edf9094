package dev.attune.trainer.offline;

import dev.attune.trainer.learner.StepReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a training run did, as {@code --report} writes it.
 *
 * @param model the base model's directory
 * @param trained adapter or full
 * @param out directory of the adapter or of the trained model
 * @param pairs pairs in the file; with KTO judged answers
 * @param truncatedPairs those of which something was cut, each counted once
 * @param seconds of training, loading not counted
 * @param stepsPerSecond of training
 * @param steps what every step showed, from before its update, under TRL's names
 */
record TrainReport(
        String model,
        String trained,
        String out,
        int pairs,
        int truncatedPairs,
        double seconds,
        double stepsPerSecond,
        List<Map<String, Double>> steps) {

    /** The steps as the report has them; {@code num_tokens} counts from the first step on, as TRL's does. */
    static List<Map<String, Double>> named(List<? extends StepReport> metrics) {
        List<Map<String, Double>> steps = new ArrayList<>(metrics.size());
        double tokens = 0;
        for (StepReport step : metrics) {
            tokens += step.tokens();
            Map<String, Double> named = step.named();
            named.put("learning_rate", step.learningRate());
            named.put("num_tokens", tokens);
            steps.add(named);
        }
        return steps;
    }
}
