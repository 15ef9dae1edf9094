package dev.attune.trainer;

import dev.attune.kit.KafkaSettings;
import dev.attune.trainer.guard.GuardSettings;
import dev.attune.trainer.learner.ReferenceRefresh;
import dev.attune.trainer.loss.LossType;
import dev.attune.trainer.model.LoraAdapter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Settings for tests, and configurations that differ from others in one thing. */
public final class TrainerConfigs {
    /** Numbers that are none are skipped all the same. */
    public static final GuardSettings NO_GUARDS = new GuardSettings(32, 0, 0, 0, 0, 0, 0, 4);

    public static final HeldOutSettings NOTHING_HELD_OUT = new HeldOutSettings(0, 1);

    public static final LedgerSettings KEPT_FOR_EVER = new LedgerSettings(Duration.ZERO);

    public static final ReplaySettings NO_REPLAY = new ReplaySettings(0, 1);

    public static final ReferenceSettings FIXED_REFERENCE =
            new ReferenceSettings(ReferenceRefresh.When.NEVER, 1, ReferenceRefresh.Mode.SOFT, 0.5);

    private TrainerConfigs() {}

    /** DPO as it was published, on a small adapter, at a constant rate. */
    static LearningSettings sigmoid(double learningRate) {
        return new LearningSettings(
                learningRate,
                0.1,
                List.of(LossType.SIGMOID),
                List.of(),
                0,
                0,
                2,
                4,
                false,
                LoraAdapter.TARGET_MODULES,
                0,
                0,
                0,
                1.0,
                0,
                0.9,
                0.999,
                0,
                0,
                NO_REPLAY,
                FIXED_REFERENCE,
                KtoSettings.DEFAULTS,
                LearningSettings.Parameters.ADAPTER,
                100_000_000);
    }

    /** The same configuration with other guards and another held-out share. */
    public static TrainerConfig with(
            TrainerConfig config, GuardSettings guards, HeldOutSettings heldOut, TrainerConfig.Approval approval) {
        return copy(
                config,
                config.kafka(),
                config.topicPrefix(),
                config.baseModel(),
                config.learning(),
                guards,
                heldOut,
                approval);
    }

    /** A configuration with other surroundings. */
    public static TrainerConfig with(TrainerConfig config, KafkaSettings kafka, String topicPrefix, Path baseModel) {
        return copy(
                config,
                kafka,
                topicPrefix,
                baseModel,
                config.learning(),
                config.guards(),
                config.heldOut(),
                config.approval());
    }

    /** The same configuration with a replay buffer. */
    public static TrainerConfig replaying(TrainerConfig config, ReplaySettings replay) {
        return learning(
                config, config.learning().loss(), replay, config.learning().reference());
    }

    /** The same configuration with a reference that moves. */
    public static TrainerConfig refreshing(TrainerConfig config, ReferenceSettings reference) {
        return learning(config, config.learning().loss(), config.learning().replay(), reference);
    }

    /** The same configuration for single answers. */
    public static TrainerConfig kto(TrainerConfig config) {
        LearningSettings learning = config.learning();
        return learning(config, List.of(LossType.KTO), learning.replay(), learning.reference());
    }

    private static TrainerConfig learning(
            TrainerConfig config, List<LossType> loss, ReplaySettings replay, ReferenceSettings reference) {
        LearningSettings learning = config.learning();
        LearningSettings changed = new LearningSettings(
                learning.learningRate(),
                learning.beta(),
                loss,
                learning.lossWeights(),
                learning.labelSmoothing(),
                learning.sftWeight(),
                learning.rank(),
                learning.alpha(),
                learning.rslora(),
                learning.targetModules(),
                learning.warmUpSteps(),
                learning.cycleSteps(),
                learning.passPairs(),
                learning.gradientClip(),
                learning.weightDecay(),
                learning.adamBeta1(),
                learning.adamBeta2(),
                learning.seed(),
                learning.maxTokens(),
                replay,
                reference,
                learning.kto(),
                learning.parameters(),
                learning.maxParameters());
        return copy(
                config,
                config.kafka(),
                config.topicPrefix(),
                config.baseModel(),
                changed,
                config.guards(),
                config.heldOut(),
                config.approval());
    }

    private static TrainerConfig copy(
            TrainerConfig config,
            KafkaSettings kafka,
            String topicPrefix,
            Path baseModel,
            LearningSettings learning,
            GuardSettings guards,
            HeldOutSettings heldOut,
            TrainerConfig.Approval approval) {
        return new TrainerConfig(
                kafka,
                config.schemaRegistry(),
                topicPrefix,
                config.admin(),
                config.modelId(),
                config.tenants(),
                baseModel,
                config.batch(),
                config.checkpoint(),
                learning,
                guards,
                heldOut,
                config.ledger(),
                approval,
                config.probes());
    }
}
