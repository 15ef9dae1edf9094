package dev.attune.trainer.learner;

import java.util.Map;

/** What a step showed before its update. */
public sealed interface StepReport permits StepMetrics, SinglesMetrics {

    /** Under TRL's names, where it has the metric. */
    Map<String, Double> named();

    /** Of the update; 0 in an evaluation. */
    double learningRate();

    /** Tokens that went through the policy with gradients, padding not counted. */
    long tokens();
}
