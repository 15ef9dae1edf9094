package dev.attune.trainer;

import dev.attune.artifacts.Digests;
import dev.attune.kit.AdminSettings;
import dev.attune.kit.Checks;
import dev.attune.kit.KafkaSettings;
import dev.attune.kit.SchemaRegistrySettings;
import dev.attune.kit.Setting;
import dev.attune.schemas.Topic;
import dev.attune.schemas.Topics;
import dev.attune.trainer.guard.GuardSettings;
import dev.attune.trainer.learner.ReferenceRefresh;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The trainer's configuration file. */
public record TrainerConfig(
        @Setting("How to reach Kafka.") KafkaSettings kafka,
        @Setting("How to reach the Schema Registry.") SchemaRegistrySettings schemaRegistry,

        @Setting(value = "Put before every topic name.", byDefault = Topics.DEFAULT_PREFIX)
        String topicPrefix,

        @Setting("Where health and metrics are served.") AdminSettings admin,

        @Setting("The model family whose feedback is trained; run one trainer for each.")
        String modelId,

        @Setting(
                value =
                        "Tenants whose pairs are trained; an empty list means all. Checkpoints belong to the one tenant, or to"
                                + " the tenant * where there are more.",
                byDefault = "[]")
        List<String> tenants,

        @Setting("Directory of the base model, as Hugging Face has it: config.json, model.safetensors, tokenizer.json.")
        Path baseModel,

        @Setting("When waiting pairs become a step.") BatchSettings batch,
        @Setting("Where and when checkpoints are taken.") CheckpointSettings checkpoint,

        @Setting("What is learned from pairs or single answers, and how fast.")
        LearningSettings learning,

        @Setting("What stops a step, and what stops the trainer.")
        GuardSettings guards,

        @Setting("Pairs that are never trained, to be evaluated at every checkpoint.")
        HeldOutSettings heldOut,

        @Setting("What is remembered of trained pairs.") LedgerSettings ledger,

        @Setting(
                value = "automatic: every checkpoint may be published. manual: only those that a person approves, by"
                        + " `./attune trainer approve VERSION`.",
                byDefault = "automatic")
        Approval approval,

        @Setting("How a checkpoint can be proved to be what serves.")
        ProbeSettings probes) {

    /** Who says that a checkpoint may be published. */
    public enum Approval {
        AUTOMATIC,
        MANUAL
    }

    /** The tenant of checkpoints that more than one tenant taught. */
    public static final String ALL_TENANTS = "*";

    private static final Pattern LEGAL_MODEL_ID = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    public TrainerConfig {
        Checks.that(
                LEGAL_MODEL_ID.matcher(modelId).matches(),
                "modelId",
                "must be 1 to 100 letters, digits, '.', '_' and '-', but is '" + modelId + "'");
        Checks.that(
                !learning.isKto() || batch.size() >= 2,
                "batch.size",
                "must be at least 2 with learning.loss kto, whose divergence is of answers after each other's prompts");
        tenants = List.copyOf(tenants);
        tenants.forEach(tenant -> Checks.notBlank("tenants", tenant));
    }

    /** Whose the checkpoints are: the one tenant's, or {@value #ALL_TENANTS} where more than one may teach. */
    public String owner() {
        return tenants.size() == 1 ? tenants.getFirst() : ALL_TENANTS;
    }

    /** What the trainer reads: pairs, or for a loss of single answers these. */
    Topic<?> inputTopic(Topics topics) {
        return learning.isKto() ? topics.preferenceSingles() : topics.preferencePairs();
    }

    /** Whether the reference follows what serves. */
    boolean followsReleases() {
        return learning.reference().refresh() == ReferenceRefresh.When.RELEASE;
    }

    /** The settings that decide what is learned from the same pairs. */
    public Learned learned() {
        return new Learned(batch.size(), learning, guards, heldOut.share());
    }

    /** What {@link #learned()} is made of. */
    public record Learned(int batchSize, LearningSettings learning, GuardSettings guards, double heldOutShare) {

        /** SHA-256, 64 hexadecimal digits. A record's text names its components in their order. */
        public String digest() {
            return Digests.sha256(toString().getBytes(StandardCharsets.UTF_8));
        }
    }
}
