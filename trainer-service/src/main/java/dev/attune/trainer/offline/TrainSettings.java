package dev.attune.trainer.offline;

import dev.attune.kit.Checks;
import dev.attune.trainer.learner.AnswerBoundary;
import dev.attune.trainer.learner.PassLimits;
import dev.attune.trainer.learner.ReferenceRefresh;
import dev.attune.trainer.loss.KtoLoss;
import dev.attune.trainer.loss.LossMix;
import dev.attune.trainer.loss.LossType;
import dev.attune.trainer.optim.AdamWConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code attune train} is asked to do.
 *
 * @param model Hugging Face directory
 * @param pairs file of pairs
 * @param out directory for the adapter or the model; created
 * @param steps optimizer steps; null: one pass over the pairs
 * @param optimizer AdamW with its schedule
 * @param losses over pairs, or KTO alone
 * @param desirableWeight KTO's weight of answers that were liked
 * @param undesirableWeight KTO's weight of answers that were not
 * @param boundary where an answer's tokens begin
 * @param whatLearns an adapter, or all weights
 * @param reference what the policy is held to
 * @param refresh when the reference follows the policy
 * @param beta how strongly the reference holds the policy
 * @param batch pairs that go through the model at once
 * @param accumulate batches a step, whose gradients are added up
 * @param maxLength tokens of prompt and answer together; null: the model's positions
 * @param seed of the adapter's start and of the order of the pairs
 * @param report file for the report, or null
 */
record TrainSettings(
        Path model,
        Path pairs,
        Path out,
        @Nullable Integer steps,
        AdamWConfig optimizer,
        LossMix losses,
        double desirableWeight,
        double undesirableWeight,
        AnswerBoundary boundary,
        WhatLearns whatLearns,
        ReferenceChoice reference,
        ReferenceRefresh refresh,
        double beta,
        int batch,
        int accumulate,
        @Nullable Integer maxLength,
        long seed,
        @Nullable Path report) {

    static final int MAX_RANK = 512;
    static final int MAX_BATCH = 4096;

    TrainSettings {
        if (steps != null) {
            Checks.atLeast("--steps", steps, 1);
        }
        Checks.that(
                !(reference instanceof ReferenceChoice.Init) || initOf(whatLearns) != null,
                "--reference",
                "init is the adapter of --adapter-init, which is not given");
        Checks.that(
                !(whatLearns instanceof WhatLearns.AllWeights) || !isSame(model, out),
                "--out",
                "is the model itself, which would be overwritten");
        Checks.positive("--beta", beta);
        Checks.between("--batch", batch, 1, MAX_BATCH);
        Checks.positive("--desirable-weight", desirableWeight);
        Checks.positive("--undesirable-weight", undesirableWeight);
        boolean isKto = losses.types().contains(LossType.KTO);
        Checks.that(
                isKto || (desirableWeight == 1 && undesirableWeight == 1),
                "--desirable-weight, --undesirable-weight",
                "are of --loss kto alone");
        Checks.that(
                !isKto || batch * accumulate > 1,
                "--batch",
                "must be at least 2 with kto, whose divergence is of answers after each other's prompts");
        Checks.between("--accumulate", accumulate, 1, MAX_BATCH);
        if (maxLength != null) {
            Checks.atLeast("--max-length", maxLength, 2);
        }
    }

    private static boolean isSame(Path one, Path other) {
        return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }

    /** Pairs, or answers. */
    int perStep() {
        return batch * accumulate;
    }

    boolean isFull() {
        return whatLearns instanceof WhatLearns.AllWeights;
    }

    /** The adapter to begin with; null: there is none. */
    @Nullable
    Path adapterInit() {
        return initOf(whatLearns);
    }

    private static @Nullable Path initOf(WhatLearns whatLearns) {
        return whatLearns instanceof WhatLearns.Adapter adapter ? adapter.init() : null;
    }

    boolean isKto() {
        return losses.types().contains(LossType.KTO);
    }

    KtoLoss kto() {
        return new KtoLoss(beta, desirableWeight, undesirableWeight);
    }

    /** How much goes through the model at once. */
    PassLimits passes() {
        return PassLimits.DEFAULTS.withMaxExamples(batch);
    }
}
