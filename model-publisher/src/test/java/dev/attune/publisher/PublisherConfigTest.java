package dev.attune.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.kit.ConfigException;
import dev.attune.kit.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublisherConfigTest {

    private static final String SMALLEST = """
            kafka: {bootstrapServers: "localhost:9092"}
            schemaRegistry: {url: "http://localhost:8081"}
            store: {directory: /artifacts/store}
            models:
              - tenant: acme
                modelId: support
                base: {directory: /models/base}
                serving: {replicas: [{url: "http://vllm-0:8000/"}], baseModel: base}
            """;

    @TempDir
    Path folder;

    @Test
    void theExampleCanBeUsed() {
        Path example = Path.of(System.getProperty("attune.home", ".."), "model-publisher", "publisher.yaml");

        PublisherConfig config = ConfigFile.load(example, PublisherConfig.class);

        assertThat(config.models().getFirst().serving().replicas()).hasSize(2);
        assertThat(config.models().getFirst().gates()).isNotNull();
        assertThat(config.models().getFirst().serving().replicas().toString()).doesNotContain("none");
    }

    @Test
    void whatIsNotSetHasItsDefault() throws IOException {
        PublisherConfig config = load(SMALLEST);

        assertThat(config.models().getFirst().gates()).isNull();
        assertThat(config.topicPrefix()).isEqualTo("attune.");
        assertThat(config.models().getFirst().releases())
                .isEqualTo(new ReleaseSettings(Duration.ZERO, false, 2, Duration.ofSeconds(30)));
        assertThat(config.models().getFirst().serving().adapters().maxRank()).isEqualTo(16);
        assertThat(config.models().getFirst().serving().probes().perToken()).isEqualTo(2e-4);
        assertThat(config.models().getFirst().serving().retry().giveUpAfter()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.models().getFirst().serving().replicas().getFirst().url())
                .isEqualTo("http://vllm-0:8000");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        modelId: support          | modelId: a/b                      | models[0].modelId: must be 1 to 100 letters
        url: "http://vllm-0:8000/" | url: "vllm-0:8000"               | models[0].serving.replicas[0].url: must begin with http://
        baseModel: base           | baseModel: base}\\n    releases: {keepLoaded: 1 | models[0].releases.keepLoaded: must be at least 2, but is 1
        baseModel: base           | baseModel: base, adapters: {maxRank: 0} | models[0].serving.adapters.maxRank: must be at least 1
        baseModel: base           | baseModel: base, probes: {minDifference: 0.0001} | models[0].serving.probes.minDifference: must be above perToken
        baseModel: base           | baseModel: base, retry: {longestWait: 1ms} | models[0].serving.retry.longestWait: must not be shorter
        [{url: "http://vllm-0:8000/"}] | [{url: "http://a"}, {url: "http://a"}] | models[0].serving.replicas[1].url: 'http://a' is there twice
        [{url: "http://vllm-0:8000/"}] | []                           | models[0].serving.replicas: needs at least one entry
        tenant: acme              | tenant: acme\\n    gates: {prompts: x, maxKl: 0} | models[0].gates.maxKl: must be a number above 0
        """)
    void aBadValueIsRefusedByName(String good, String bad, String problem) {
        String yaml = SMALLEST.replace(good, bad.replace("\\n", "\n"));

        assertThatThrownBy(() -> load(yaml)).isInstanceOf(ConfigException.class).hasMessageContaining(problem);
    }

    private PublisherConfig load(String yaml) throws IOException {
        Path file = folder.resolve("publisher.yaml");
        Files.writeString(file, yaml);
        return ConfigFile.load(file, PublisherConfig.class);
    }
}
