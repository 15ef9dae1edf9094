package dev.attune.trainer.offline;

import dev.attune.trainer.learner.StepMetrics;
import java.util.List;

/**
 * What a training run did, as {@code --report} writes it.
 *
 * @param model the base model's directory
 * @param adapter directory of the adapter
 * @param pairs pairs in the file
 * @param truncatedPairs pairs of which something was cut, each counted once
 * @param seconds of training, loading not counted
 * @param steps what every step showed, from before its update
 */
record TrainReport(
        String model, String adapter, int pairs, int truncatedPairs, double seconds, List<StepMetrics> steps) {}
