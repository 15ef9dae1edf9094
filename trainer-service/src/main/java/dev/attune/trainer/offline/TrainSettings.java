package dev.attune.trainer.offline;

import dev.attune.kit.Checks;
import dev.attune.trainer.learner.AnswerBoundary;
import dev.attune.trainer.loss.LossType;
import dev.attune.trainer.model.LoraShape;
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
 * @param loss over pairs
 * @param labelSmoothing share of labels that are wrong, for the losses that take it
 * @param maxGradNorm gradients are scaled down to this global norm
 * @param boundary where an answer's tokens begin
 * @param adapterInit PEFT directory of the adapter to begin with; null: a fresh one
 * @param reference what the policy is held to
 * @param beta how strongly the reference holds the policy
 * @param sftWeight weight of the supervised term on chosen answers
 * @param adapter what a fresh adapter is
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
        LossType loss,
        double labelSmoothing,
        double maxGradNorm,
        AnswerBoundary boundary,
        @Nullable Path adapterInit,
        Reference reference,
        double beta,
        double sftWeight,
        LoraShape adapter,
        int batch,
        @Nullable Integer maxLength,
        long seed,
        @Nullable Path report) {

    /** What the policy is held to. */
    enum Reference {
        /** The model without an adapter. */
        BASE,
        /** The adapter that training begins with, frozen. */
        INIT
    }

    static final int MAX_RANK = 512;
    static final int MAX_BATCH = 4096;

    TrainSettings {
        if (steps != null) {
            Checks.atLeast("--steps", steps, 1);
        }
        Checks.positive("--lr", learningRate);
        Checks.that(
                labelSmoothing >= 0 && labelSmoothing < 0.5,
                "--label-smoothing",
                "must be at least 0 and below 0.5, but is " + labelSmoothing);
        Checks.that(
                labelSmoothing == 0 || loss.takesLabelSmoothing(),
                "--label-smoothing",
                "means nothing to the " + loss + " loss");
        Checks.positive("--max-grad-norm", maxGradNorm);
        Checks.that(
                reference == Reference.BASE || adapterInit != null,
                "--reference",
                "init is the adapter of --adapter-init, which is not given");
        Checks.positive("--beta", beta);
        Checks.between("--sft-weight", sftWeight, 0.0, 1000.0);
        Checks.between("--batch", batch, 1, MAX_BATCH);
        if (maxLength != null) {
            Checks.atLeast("--max-length", maxLength, 2);
        }
    }
}
