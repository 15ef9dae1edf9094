package dev.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.artifacts.ArtifactKind;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ConfigFile;
import dev.attune.schemas.Topics;
import dev.attune.trainer.loss.LossType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerConfigTest {
    private static final String NEEDED = """
            kafka: {bootstrapServers: "localhost:9092"}
            schemaRegistry: {url: "http://localhost:8081"}
            modelId: support
            baseModel: /models/base
            checkpoint: {directory: /checkpoints}
            """;

    @TempDir
    private Path folder;

    @Test
    void whatIsNeededIsEnough() throws IOException {
        TrainerConfig config = load(NEEDED + "learning: {learningRate: 1e-3, beta: 0.1}\n");

        assertThat(config.owner()).isEqualTo("*");
        assertThat(config.batch()).isEqualTo(new BatchSettings(16, Duration.ofSeconds(30), 10_000));
        assertThat(config.checkpoint().everySteps()).isEqualTo(32);
        assertThat(config.learning().rank()).isEqualTo(8);
    }

    @Test
    void aLossMayBeOneOrAList() throws IOException {
        LearningSettings one = load(NEEDED + "learning: {learningRate: 1e-3, beta: 0.1, loss: ipo}\n")
                .learning();
        LearningSettings several = load(NEEDED
                        + "learning: {learningRate: 1e-3, beta: 0.1, loss: [sigmoid, sft], lossWeights: [1, 0.2],"
                        + " cycleSteps: 100, passPairs: 4}\n")
                .learning();

        assertThat(one.loss()).containsExactly(LossType.IPO);
        assertThat(one.objective().terms()).hasSize(1);
        assertThat(several.objective().terms().get(1).weight()).isEqualTo(0.2);
        assertThat(several.passes().maxExamples()).isEqualTo(4);
    }

    @Test
    void ktoChoosesTheTopicOfSingleAnswers() throws IOException {
        Topics topics = new Topics("t.");

        TrainerConfig pairs = load(NEEDED + "learning: {learningRate: 1e-3, beta: 0.1}\n");
        TrainerConfig singles =
                load(NEEDED + "learning: {learningRate: 1e-3, beta: 0.1, loss: kto, kto: {desirableWeight: 1.5}}\n");

        assertThat(pairs.inputTopic(topics).name()).isEqualTo("t.preference-pairs");
        assertThat(singles.inputTopic(topics).name()).isEqualTo("t.preference-singles");
        assertThat(singles.learning().kto()).isEqualTo(new KtoSettings(1.5, 1));
    }

    @Test
    void whatDoesNotGoWithKtoIsRefusedByName() {
        assertThatThrownBy(() -> load(NEEDED + "learning: {learningRate: 1e-3, beta: 0.1, loss: [kto, sigmoid]}\n"))
                .hasMessageContaining("learning.loss")
                .hasMessageContaining("give kto alone");
        assertThatThrownBy(() -> load(NEEDED + "learning: {learningRate: 1e-3, beta: 0.1, loss: kto, sftWeight: 1}\n"))
                .hasMessageContaining("learning.loss");
        assertThatThrownBy(
                        () -> load(NEEDED + "learning: {learningRate: 1e-3, beta: 0.1, loss: kto}\nbatch: {size: 1}\n"))
                .hasMessageContaining("batch.size: must be at least 2");
        assertThatThrownBy(
                        () -> load(NEEDED + "learning: {learningRate: 1e-3, beta: 0.1, kto: {undesirableWeight: 2}}\n"))
                .hasMessageContaining("learning.kto: weighs single answers");
        assertThatThrownBy(() -> load(
                        NEEDED + "learning: {learningRate: 1e-3, beta: 0.1, loss: kto, kto: {desirableWeight: 0}}\n"))
                .hasMessageContaining("learning.kto.desirableWeight");
    }

    @Test
    void allWeightsMayLearnUpToABound() throws IOException {
        LearningSettings full = load(NEEDED + "learning: {learningRate: 1e-3, beta: 0.1, parameters: full}\n")
                .learning();

        assertThat(full.parameters().kind()).isEqualTo(ArtifactKind.MODEL);
        assertThat(full.maxParameters()).isEqualTo(100_000_000);
        assertThatThrownBy(() -> load(NEEDED + "learning: {learningRate: 1e-3, beta: 0.1, maxParameters: 0}\n"))
                .hasMessageContaining("learning.maxParameters");
    }

    @Test
    void theExampleCanBeUsed() {
        Path example = Path.of(System.getProperty("attune.home"), "trainer-service", "trainer.yaml");

        TrainerConfig config = ConfigFile.load(example, TrainerConfig.class);

        assertThat(config.owner()).isEqualTo("acme");
    }

    @Test
    void betaHasNoDefault() {
        assertThatThrownBy(() -> load(NEEDED + "learning: {learningRate: 1e-3}\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("learning.beta")
                .hasMessageContaining("has to be set");
    }

    @Test
    void aBadValueIsRefusedByItsName() {
        assertThatThrownBy(() -> load(NEEDED + "learning: {learningRate: -1, beta: 0.1}\n"))
                .hasMessageContaining("learning.learningRate");
        assertThatThrownBy(() -> load(NEEDED + "learning: {learningRate: 1e-3, beta: 0.1, targetModules: [c_attn]}\n"))
                .hasMessageContaining("learning.targetModules")
                .hasMessageContaining("'c_attn'");
        assertThatThrownBy(() -> load(NEEDED + "learning: {learningRate: 1e-3, beta: 0.1, replay: {share: 1}}\n"))
                .hasMessageContaining("learning.replay.share");
        assertThatThrownBy(() -> load(NEEDED + "learning: {learningRate: 1e-3, beta: 0.1, reference: {alpha: 1}}\n"))
                .hasMessageContaining("learning.reference.alpha");
        assertThatThrownBy(
                        () -> load(NEEDED + "learning: {learningRate: 1e-3, beta: 0.1, reference: {refresh: daily}}\n"))
                .hasMessageContaining("learning.reference.refresh");
        assertThatThrownBy(
                        () -> load(
                                NEEDED
                                        + "learning: {learningRate: 1e-3, beta: 0.1, parameters: full, reference: {refresh: release}}\n"))
                .hasMessageContaining("learning.reference.refresh")
                .hasMessageContaining("take checkpoint or steps");
        assertThatThrownBy(() -> load(NEEDED + "learning: {learningRate: 1e-3, beta: 0.1}\nbatch: {size: 0}\n"))
                .hasMessageContaining("batch.size");
    }

    @Test
    void whatDecidesOnLearningHasADigest() throws IOException {
        String first = load(NEEDED + "learning: {learningRate: 1e-3, beta: 0.1}\n")
                .learned()
                .digest();
        String same = load(NEEDED + "learning: {beta: 0.1, learningRate: 0.001, rank: 8}\n")
                .learned()
                .digest();
        String other = load(NEEDED + "learning: {learningRate: 1e-3, beta: 0.2}\n")
                .learned()
                .digest();

        assertThat(first).hasSize(64).isEqualTo(same).isNotEqualTo(other);
    }

    private TrainerConfig load(String yaml) throws IOException {
        return ConfigFile.load(Files.writeString(folder.resolve("trainer.yaml"), yaml), TrainerConfig.class);
    }
}
