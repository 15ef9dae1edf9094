package dev.attune.trainer;

import com.fasterxml.jackson.annotation.JsonFormat;
import dev.attune.artifacts.ArtifactKind;
import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import dev.attune.trainer.learner.PassLimits;
import dev.attune.trainer.learner.ReferenceRefresh;
import dev.attune.trainer.loss.LossMix;
import dev.attune.trainer.loss.LossType;
import dev.attune.trainer.loss.PairObjective;
import dev.attune.trainer.model.LoraShape;
import java.util.List;

/** What is learned from pairs or single answers, and how fast. */
public record LearningSettings(
        @Setting("Learning rate, for example 1e-3 for a model of a million parameters, 5e-6 for one of billions.")
        double learningRate,

        @Setting("How strongly the base holds the policy in DPO; 0.1 is where most people begin.")
        double beta,

        @Setting(
                value =
                        "The loss over pairs, or a list of several: sigmoid (DPO), sigmoid_norm (DPO on means over tokens),"
                                + " ipo, hinge, robust, and sft, the mean negative log-likelihood of chosen answers. Or kto,"
                                + " alone: then single answers are learned from, of preference-singles.",
                byDefault = "sigmoid")
        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
        List<LossType> loss,

        @Setting(value = "A weight for each loss of the list; an empty list: 1 each.", byDefault = "[]")
        List<Double> lossWeights,

        @Setting(
                value =
                        "Share of labels that are wrong, at least 0 and below 0.5: with the sigmoid loss conservative DPO,"
                                + " with the robust loss its noise. A pair's own strength comes on top.",
                byDefault = "0.0")
        double labelSmoothing,

        @Setting(
                value = "Weight of the mean negative log-likelihood of chosen answers beside the DPO loss; it keeps"
                        + " sentences whole where DPO alone breaks them. 0: DPO alone; 1 is where most people begin.",
                byDefault = "0.0")
        double sftWeight,

        @Setting(value = "Rank of the LoRA adapter; serving accepts 1, 8, 16, 32, 64, …", byDefault = "8")
        int rank,

        @Setting(value = "The adapter's scale is alpha / rank.", byDefault = "16")
        int alpha,

        @Setting(
                value = "rsLoRA: the scale is alpha / sqrt(rank), so that a larger rank learns no slower.",
                byDefault = "false")
        boolean rslora,

        @Setting(
                value = "The linear layers that learn, by their last names.",
                byDefault = "[q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj]")
        List<String> targetModules,

        @Setting(value = "Steps over which the learning rate rises from 0.", byDefault = "0")
        int warmUpSteps,

        @Setting(
                value = "After the warm-up the rate falls along a half cosine to 0 over so many steps and begins anew;"
                        + " 0: it stays constant.",
                byDefault = "0")
        int cycleSteps,

        @Setting(
                value =
                        "Pairs, or single answers, that go through the model at once; gradients of a larger step are added up, which saves"
                                + " memory and changes nothing else. 0: as many as fit 4096 tokens, always the most.",
                byDefault = "0")
        int passPairs,

        @Setting(value = "Gradients are scaled down to this global norm.", byDefault = "1.0")
        double gradientClip,

        @Setting(value = "AdamW's decoupled weight decay.", byDefault = "0.0")
        double weightDecay,

        @Setting(value = "AdamW's decay of the first moment.", byDefault = "0.9")
        double adamBeta1,

        @Setting(value = "AdamW's decay of the second moment.", byDefault = "0.999")
        double adamBeta2,

        @Setting(value = "Seed of the fresh adapter.", byDefault = "0")
        long seed,

        @Setting(
                value = "Tokens of a prompt with one answer; longer ones are cut and counted. 0: the model's context.",
                byDefault = "0")
        int maxTokens,

        @Setting("Past pairs, or single answers, that are trained again beside fresh ones.")
        ReplaySettings replay,

        @Setting("Whether the reference follows the policy.")
        ReferenceSettings reference,

        @Setting("With loss: kto, what an answer weighs.") KtoSettings kto,

        @Setting(
                value =
                        "What learns: adapter, or full, which is all weights of the model, for small ones. Checkpoints are then"
                                + " models, which the publisher does not deliver.",
                byDefault = "adapter")
        Parameters parameters,

        @Setting(
                value = "With full: a model of more parameters is refused. Each takes 20 bytes of memory (24 where the"
                        + " reference follows) and 12 bytes (16) on the disk in each checkpoint that is kept, so that this"
                        + " many are 2 GB and 1.2 GB a checkpoint.",
                byDefault = "100000000")
        long maxParameters) {

    /** What learns. */
    public enum Parameters {
        /** A LoRA adapter on the frozen model. */
        ADAPTER(ArtifactKind.ADAPTER),
        /** All weights. */
        FULL(ArtifactKind.MODEL);

        private final ArtifactKind kind;

        Parameters(ArtifactKind kind) {
            this.kind = kind;
        }

        /** What a checkpoint holds. */
        ArtifactKind kind() {
            return kind;
        }
    }

    public LearningSettings {
        Checks.positive("learningRate", learningRate);
        Checks.positive("beta", beta);
        LossMix losses = new LossMix(loss, lossWeights, labelSmoothing, sftWeight);
        losses.requireUsable(name -> name);
        loss = losses.types();
        Checks.that(
                loss.contains(LossType.KTO) || kto.equals(KtoSettings.DEFAULTS),
                "kto",
                "weighs single answers, but the loss is of pairs: leave it out, or set loss to kto");
        lossWeights = losses.weights();
        Checks.between("rank", rank, 1, 512);
        Checks.between("alpha", alpha, 1, 4096);
        targetModules = targetModules.stream().distinct().sorted().toList();
        LoraShape.requireTargets("targetModules", targetModules);
        Checks.between("warmUpSteps", warmUpSteps, 0, 1_000_000);
        Checks.between("cycleSteps", cycleSteps, 0, 1_000_000);
        Checks.between("passPairs", passPairs, 0, 4096);
        Checks.positive("gradientClip", gradientClip);
        Checks.between("weightDecay", weightDecay, 0.0, 1.0);
        Checks.that(adamBeta1 >= 0 && adamBeta1 < 1, "adamBeta1", "must be at least 0 and below 1");
        Checks.that(adamBeta2 >= 0 && adamBeta2 < 1, "adamBeta2", "must be at least 0 and below 1");
        Checks.that(
                parameters == Parameters.ADAPTER || reference.refresh() != ReferenceRefresh.When.RELEASE,
                "reference.refresh",
                "is release, but with parameters: full there are none, the publisher delivers adapters only: take"
                        + " checkpoint or steps");
        Checks.that(maxParameters >= 1, "maxParameters", "must be at least 1, but is " + maxParameters);
        Checks.that(maxTokens == 0 || maxTokens >= 8, "maxTokens", "must be 0 or at least 8, but is " + maxTokens);
    }

    /** Whether single answers are learned from, and not pairs. */
    boolean isKto() {
        return loss.contains(LossType.KTO);
    }

    /** What is learned from pairs. */
    PairObjective objective() {
        return new LossMix(loss, lossWeights, labelSmoothing, sftWeight).objective(beta);
    }

    /** How much goes through the model at once. */
    PassLimits passes() {
        return passPairs == 0 ? PassLimits.DEFAULTS : PassLimits.DEFAULTS.withMaxExamples(passPairs);
    }

    /** What the fresh adapter is. */
    LoraShape adapter() {
        return new LoraShape(rank, alpha, rslora, targetModules);
    }
}
