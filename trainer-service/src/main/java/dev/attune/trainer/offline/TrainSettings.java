package dev.attune.trainer.offline;

import dev.attune.kit.Checks;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code attune train} is asked to do.
 *
 * @param model Hugging Face directory
 * @param pairs file of pairs
 * @param out directory for the adapter; created
 * @param steps optimizer steps; null: one pass over the pairs
 * @param learningRate of AdamW, constant
 * @param beta how strongly the reference holds the policy
 * @param sftWeight weight of the supervised term on chosen answers
 * @param rank of the adapter
 * @param alpha the adapter's scale is alpha / rank
 * @param batch pairs a step
 * @param maxLength tokens of prompt and answer together; null: the model's positions
 * @param seed of the adapter's start and of the order of the pairs
 * @param report file for the report, or null
 */
record TrainSettings(
        Path model,
        Path pairs,
        Path out,
        @Nullable Integer steps,
        double learningRate,
        double beta,
        double sftWeight,
        int rank,
        int alpha,
        int batch,
        @Nullable Integer maxLength,
        long seed,
        @Nullable Path report) {

    static final int MAX_RANK = 512;
    static final int MAX_BATCH = 4096;

    TrainSettings {
        if (steps != null) {
            Checks.atLeast("--steps", steps, 1);
        }
        Checks.positive("--lr", learningRate);
        Checks.positive("--beta", beta);
        Checks.between("--sft-weight", sftWeight, 0.0, 1000.0);
        Checks.between("--rank", rank, 1, MAX_RANK);
        Checks.atLeast("--alpha", alpha, 1);
        Checks.between("--batch", batch, 1, MAX_BATCH);
        if (maxLength != null) {
            Checks.atLeast("--max-length", maxLength, 2);
        }
    }
}
