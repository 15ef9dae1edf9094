package dev.attune.quickstart.bench.soak;

import java.util.List;
import java.util.SortedMap;

/**
 * What a soak showed.
 *
 * @param steps that were taken
 * @param pairsPerStep fresh pairs in each
 * @param stepsPerSecond checkpoints and samples included
 * @param checkpointEverySteps steps between two checkpoints
 * @param trends of the second half, by what was measured, in bytes or files
 * @param heapBytesPerPair the heap's slope by the pairs of a step: what the ledger keeps of a trained pair
 * @param trainerJvmOptions how the trainer was started
 * @param samples all of them
 */
record SoakReport(
        long steps,
        int pairsPerStep,
        double stepsPerSecond,
        int checkpointEverySteps,
        SortedMap<String, Trend> trends,
        double heapBytesPerPair,
        List<String> trainerJvmOptions,
        String java,
        int processors,
        List<SoakSample> samples) {}
