package dev.attune.trainer.learner;

import java.util.stream.Stream;

/** What a step is taken on, as tokens: a pair of answers, or a single one that was judged. */
public sealed interface TrainingExample permits TrainingPair, TrainingSingle {

    /** Names it in lineage and errors. */
    String id();

    /** What its answers continue; at least one token. */
    int[] promptTokens();

    /** Probability that its label is right: above 0, at most 1. */
    double strength();

    /** Its answer that people like; none where it has only one that they do not. */
    Stream<int[]> liked();

    /** Its answer that they do not; none where it has only one that they like. */
    Stream<int[]> disliked();
}
