package dev.attune.trainer;

import dev.attune.artifacts.ArtifactKind;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.artifacts.DType;
import dev.attune.artifacts.PeftConfig;
import dev.attune.kit.ConfigException;
import dev.attune.trainer.checkpoint.CheckpointIdentity;
import dev.attune.trainer.checkpoint.Restored;
import dev.attune.trainer.learner.AnswerBoundary;
import dev.attune.trainer.learner.DpoLearner;
import dev.attune.trainer.learner.KtoLearner;
import dev.attune.trainer.learner.Learner;
import dev.attune.trainer.learner.LearnerConfig;
import dev.attune.trainer.learner.PairEncoder;
import dev.attune.trainer.learner.PassLimits;
import dev.attune.trainer.learner.ReferenceRefresh;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.FullWeights;
import dev.attune.trainer.model.LearnedWeights;
import dev.attune.trainer.model.LoraAdapter;
import dev.attune.trainer.model.ModelException;
import dev.attune.trainer.model.Tokenizer;
import dev.attune.trainer.optim.AdamWConfig;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The base model, its tokenizer, what of it learns, and the learner: fresh, or as a checkpoint left them. */
final class LearnerModel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LearnerModel.class);
    private static final double EPSILON = 1e-8;

    private final Tokenizer tokenizer;
    private final CausalLm model;
    private final LearnedWeights policy;
    private final Learner<?, ?> learner;
    private final PairEncoder encoder;

    private LearnerModel(TrainerConfig config, CheckpointIdentity identity, Optional<Restored> restored) {
        Path base = config.baseModel();
        LearningSettings learning = config.learning();
        this.tokenizer = Tokenizer.load(base);
        this.model = CausalLm.load(base);
        this.policy = switch (learning.parameters()) {
            case ADAPTER -> adapter(learning, identity, restored);
            case FULL ->
                restored.map(from -> FullWeights.goOn(model, from.directory().model()))
                        .orElseGet(() -> FullWeights.of(model, DType.F32));
        };
        this.learner = learner(learning, model, policy);
        restored.ifPresent(from -> {
            learner.loadState(from.optimizer());
            from.reference().ifPresent(learner::loadReference);
        });
        this.encoder = new PairEncoder(tokenizer, maxTokens(learning), AnswerBoundary.KEEP_TEXT);
    }

    private LoraAdapter adapter(LearningSettings learning, CheckpointIdentity identity, Optional<Restored> restored) {
        return restored.map(from ->
                        LoraAdapter.load(model.config(), from.directory().adapter()))
                .orElseGet(() -> LoraAdapter.create(
                        model.config(), identity.base().name(), learning.adapter(), learning.seed()));
    }

    /**
     * Loads everything.
     *
     * @throws ConfigException if the base cannot be used, all of its weights are more than may learn, or the checkpoint was
     *     made with another base or rank, or holds what is not to learn
     */
    static LearnerModel open(TrainerConfig config, CheckpointIdentity identity, Optional<Restored> restored) {
        restored.ifPresent(from -> requireSame(identity, from));
        LearningSettings learning = config.learning();
        try {
            if (learning.parameters() == LearningSettings.Parameters.FULL) {
                FullWeights.requireAtMost(
                        learning.maxParameters(), config.baseModel(), "learning.parameters", "learning.maxParameters:");
                LOG.warn("all weights learn: checkpoints hold whole models, which the publisher refuses to deliver");
            }
            LearnerModel opened = new LearnerModel(config, identity, restored);
            try {
                if (opened.policy instanceof LoraAdapter adapter) {
                    requireSameShape(learning, adapter);
                }
            } catch (ConfigException e) {
                opened.close();
                throw e;
            }
            LOG.info(
                    "model {} on base {}: {}",
                    identity.modelId(),
                    identity.base().name(),
                    restored.map(from ->
                                    "goes on from checkpoint " + from.commit().getVersion() + ", "
                                            + from.trained().size() + " examples are in its ledger")
                            .orElse("begins"));
            return opened;
        } catch (ModelException e) {
            throw new ConfigException("baseModel", "cannot be used: " + e.getMessage());
        }
    }

    private static void requireSame(CheckpointIdentity identity, Restored from) {
        String version = from.commit().getVersion();
        requireSameKind(identity.kind(), version, from.manifest().kind());
        if (!from.manifest().base().revision().equals(identity.base().revision())) {
            throw new ConfigException(
                    "baseModel",
                    "%s is not the base of checkpoint %s, %s: use that one, or train under a new modelId"
                            .formatted(
                                    named(identity.base()),
                                    version,
                                    named(from.manifest().base())));
        }
        if (!from.manifest().configDigest().equals(identity.configDigest())) {
            LOG.info("settings of learning have changed since checkpoint {}", version);
        }
    }

    private static void requireSameKind(ArtifactKind kind, String version, ArtifactKind saved) {
        if (kind == saved) {
            return;
        }
        throw new ConfigException(
                "learning.parameters",
                switch (saved) {
                    case ADAPTER ->
                        "is full, but checkpoint %s holds an adapter: set it to adapter, or train under a new modelId"
                                .formatted(version);
                    case MODEL ->
                        "is adapter, but checkpoint %s holds all weights of a model: set it to full, or train under a new modelId"
                                .formatted(version);
                });
    }

    private static String named(CheckpointManifest.Base base) {
        return base.name() + " (revision " + base.revision() + ")";
    }

    private static void requireSameShape(LearningSettings learning, LoraAdapter adapter) {
        PeftConfig saved = adapter.config();
        PeftConfig set =
                PeftConfig.lora("", learning.rank(), learning.alpha(), learning.rslora(), learning.targetModules());
        if (saved.rank() != set.rank() || Math.abs(saved.scale() - set.scale()) > 1e-9) {
            throw new ConfigException(
                    "learning.rank",
                    "is %d with scale %s, but the checkpoint's adapter has rank %d and scale %s: set it so, or train under a new modelId"
                            .formatted(set.rank(), set.scale(), saved.rank(), saved.scale()));
        }
        if (!saved.targetModules().equals(set.targetModules())) {
            throw new ConfigException(
                    "learning.targetModules",
                    "are %s, but the checkpoint's adapter has %s: set it so, or train under a new modelId"
                            .formatted(set.targetModules(), saved.targetModules()));
        }
    }

    private static Learner<?, ?> learner(LearningSettings learning, CausalLm model, LearnedWeights policy) {
        AdamWConfig optimizer = new AdamWConfig(
                learning.learningRate(),
                learning.adamBeta1(),
                learning.adamBeta2(),
                EPSILON,
                learning.weightDecay(),
                learning.gradientClip(),
                learning.warmUpSteps(),
                learning.cycleSteps(),
                false);
        PassLimits passes = learning.passes();
        ReferenceRefresh refresh = learning.reference().schedule();
        if (learning.isKto()) {
            return new KtoLearner(
                    learning.kto().loss(learning.beta()), optimizer, passes, refresh, model, policy, null);
        }
        LearnerConfig config = new LearnerConfig(learning.objective(), optimizer, passes, refresh);
        return new DpoLearner(config, model, policy, null);
    }

    private int maxTokens(LearningSettings learning) {
        int positions = model.config().maxPositions();
        if (learning.maxTokens() > positions) {
            throw new ConfigException(
                    "learning.maxTokens",
                    "is " + learning.maxTokens() + ", but the model has " + positions + " positions");
        }
        return learning.maxTokens() == 0 ? positions : learning.maxTokens();
    }

    Learner<?, ?> learner() {
        return learner;
    }

    PairEncoder encoder() {
        return encoder;
    }

    @Override
    public void close() {
        learner.close();
        policy.close();
        model.close();
        tokenizer.close();
    }
}
