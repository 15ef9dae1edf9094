package dev.attune.trainer;

import dev.attune.artifacts.CheckpointManifest;
import dev.attune.artifacts.PeftConfig;
import dev.attune.kit.ConfigException;
import dev.attune.trainer.checkpoint.CheckpointIdentity;
import dev.attune.trainer.checkpoint.Restored;
import dev.attune.trainer.learner.AnswerBoundary;
import dev.attune.trainer.learner.DpoLearner;
import dev.attune.trainer.learner.LearnerConfig;
import dev.attune.trainer.learner.PairEncoder;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.LoraAdapter;
import dev.attune.trainer.model.ModelException;
import dev.attune.trainer.model.Tokenizer;
import dev.attune.trainer.optim.AdamWConfig;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The base model, its tokenizer, the adapter and the learner: fresh, or as a checkpoint left them. */
final class LearnerModel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LearnerModel.class);
    private static final double EPSILON = 1e-8;

    private final Tokenizer tokenizer;
    private final CausalLm model;
    private final LoraAdapter adapter;
    private final DpoLearner learner;
    private final PairEncoder encoder;

    private LearnerModel(TrainerConfig config, CheckpointIdentity identity, Optional<Restored> restored) {
        Path base = config.baseModel();
        LearningSettings learning = config.learning();
        this.tokenizer = Tokenizer.load(base);
        this.model = CausalLm.load(base);
        this.adapter = restored.map(from ->
                        LoraAdapter.load(model.config(), from.directory().adapter()))
                .orElseGet(() -> LoraAdapter.create(
                        model.config(), identity.base().name(), learning.adapter(), learning.seed()));
        this.learner = new DpoLearner(learnerConfig(learning), model, adapter, null);
        restored.ifPresent(from -> {
            learner.loadState(from.optimizer());
            from.reference().ifPresent(learner::loadReference);
        });
        this.encoder = new PairEncoder(tokenizer, maxTokens(learning), AnswerBoundary.KEEP_TEXT);
    }

    /**
     * Loads everything.
     *
     * @throws ConfigException if the base cannot be used, or the checkpoint was made with another base or rank
     */
    static LearnerModel open(TrainerConfig config, CheckpointIdentity identity, Optional<Restored> restored) {
        restored.ifPresent(from -> requireSame(identity, from));
        try {
            LearnerModel opened = new LearnerModel(config, identity, restored);
            try {
                requireSameShape(config.learning(), opened.adapter);
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
                                            + from.trained().size() + " pairs are in its ledger")
                            .orElse("begins with a fresh adapter"));
            return opened;
        } catch (ModelException e) {
            throw new ConfigException("baseModel", "cannot be used: " + e.getMessage());
        }
    }

    private static void requireSame(CheckpointIdentity identity, Restored from) {
        String version = from.commit().getVersion();
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

    private static LearnerConfig learnerConfig(LearningSettings learning) {
        return new LearnerConfig(
                learning.objective(),
                new AdamWConfig(
                        learning.learningRate(),
                        learning.adamBeta1(),
                        learning.adamBeta2(),
                        EPSILON,
                        learning.weightDecay(),
                        learning.gradientClip(),
                        learning.warmUpSteps(),
                        learning.cycleSteps(),
                        false),
                learning.passes(),
                learning.reference().schedule());
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

    DpoLearner learner() {
        return learner;
    }

    PairEncoder encoder() {
        return encoder;
    }

    @Override
    public void close() {
        learner.close();
        adapter.close();
        model.close();
        tokenizer.close();
    }
}
