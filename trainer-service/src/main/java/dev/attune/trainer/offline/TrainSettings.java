package dev.attune.trainer.offline;

import dev.attune.kit.Checks;
import dev.attune.trainer.learner.AnswerBoundary;
import dev.attune.trainer.learner.PassLimits;
import dev.attune.trainer.learner.ReferenceRefresh;
import dev.attune.trainer.loss.KtoLoss;
import dev.attune.trainer.loss.LossMix;
import dev.attune.trainer.loss.LossType;
import dev.attune.trainer.model.LoraShape;
import dev.attune.trainer.optim.AdamWConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code attune train} is asked to do.
 *
 * @param model Hugging Face directory
 * @param pairs file of pairs
 * @param out directory for the adapter; created
 * @param steps optimizer steps; null: one pass over the pairs
 * @param optimizer AdamW with its schedule
 * @param losses over pairs, or KTO alone
 * @param desirableWeight KTO's weight of answers that were liked
 * @param undesirableWeight KTO's weight of answers that were not
 * @param boundary where an answer's tokens begin
 * @param adapterInit PEFT directory of the adapter to begin with; null: a fresh one
 * @param reference what the policy is held to
 * @param refresh when the reference follows the policy
 * @param beta how strongly the reference holds the policy
 * @param adapter what a fresh adapter is
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
        @Nullable Path adapterInit,
        Reference reference,
        ReferenceRefresh refresh,
        double beta,
        LoraShape adapter,
        int batch,
        int accumulate,
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
        Checks.that(
                reference == Reference.BASE || adapterInit != null,
                "--reference",
                "init is the adapter of --adapter-init, which is not given");
        Checks.positive("--beta", beta);
        Checks.between("--batch", batch, 1, MAX_BATCH);
        Checks.positive("--desirable-weight", desirableWeight);
        Checks.positive("--undesirable-weight", undesirableWeight);
        boolean isKto = losses.types().contains(LossType.KTO);
        Checks.that(
                !isKto || refresh.when() == ReferenceRefresh.When.NEVER,
                "--reference-refresh",
                "is of losses over pairs, not of kto");
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

    /** Pairs, or answers. */
    int perStep() {
        return batch * accumulate;
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
