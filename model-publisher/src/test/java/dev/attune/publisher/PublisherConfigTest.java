package dev.attune.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.kit.ConfigException;
import dev.attune.kit.ConfigFile;
import dev.attune.publisher.serving.ProofLevel;
import dev.attune.publisher.serving.ReplicaKind;
import dev.attune.publisher.serving.ServingSettings;
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
        baseModel: base           | baseModel: base, kind: triton | models[0].serving.kind: must be one of vllm, llama_cpp, sglang, sglang_weights, ollama, directory, but is 'triton'
        baseModel: base           | baseModel: base, kind: ollama | models[0].serving.leastProof: cannot be parity: what kind ollama can prove is effect
        baseModel: base           | baseModel: base, kind: directory | models[0].serving.replicas[0].url: must begin with file:///
        baseModel: base           | baseModel: base, kind: sglang_weights | models[0].serving.allowUnprovenWeights: has to be true for kind sglang_weights
        baseModel: base           | baseModel: base, allowUnprovenWeights: true | models[0].serving.allowUnprovenWeights: must not be set for kind vllm
        baseModel: base           | baseModel: base, kind: sglang_weights, allowUnprovenWeights: true | models[0].merged: has to be set
        baseModel: base           | baseModel: base}\\n    merged: {directory: /merged | models[0].merged: makes full weights
        baseModel: base           | baseModel: base, kind: sglang_weights, allowUnprovenWeights: true}\\n    merged: {directory: /merged}\\n    releases: {approval: true | models[0].releases.approval: cannot be with kind sglang_weights
        baseModel: base           | baseModel: base, kind: sglang_weights, allowUnprovenWeights: true}\\n    merged: {directory: /merged}\\n    canary: {share: 0.1 | models[0].canary: cannot be with kind sglang_weights
        baseModel: base           | baseModel: base, kind: sglang}\\n    gates: {prompts: /prompts.jsonl | models[0].gates.prompts: need replicas that tell the tokens
        baseModel: base           | baseModel: base, discovery: {service: vllm} | models[0].serving.replicas: must be empty where discovery finds them
        baseModel: base           | baseModel: base, discovery: {service: ""} | models[0].serving.discovery.service: must
        tenant: acme              | tenant: acme\\n    gates: {prompts: x, maxKl: 0} | models[0].gates.maxKl: must be a number above 0
        """)
    void aBadValueIsRefusedByName(String good, String bad, String problem) {
        String yaml = SMALLEST.replace(good, bad.replace("\\n", "\n"));

        assertThatThrownBy(() -> load(yaml)).isInstanceOf(ConfigException.class).hasMessageContaining(problem);
    }

    @Test
    void eachKindHasItsSettings() throws IOException {
        String list = "{replicas: [{url: \"http://vllm-0:8000/\"}], baseModel: base}";
        assertThat(serving(
                                list,
                                "{replicas: [{url: \"http://o:11434\"}], kind: ollama, leastProof: effect, baseModel: b}")
                        .kind())
                .isEqualTo(ReplicaKind.OLLAMA);
        assertThat(serving(list, "{replicas: [{url: \"file:///m\"}], kind: directory, leastProof: files, baseModel: b}")
                        .leastProof())
                .isEqualTo(ProofLevel.FILES);
        ServingSettings found =
                serving(list, "{discovery: {service: vllm, namespace: serving, apiKey: secret}, baseModel: b}");
        assertThat(found.targets()).isEqualTo("service serving/vllm").doesNotContain("secret");
        assertThat(serving(
                                list,
                                "{replicas: [{url: \"http://s:30000\"}], kind: sglang_weights, allowUnprovenWeights: true,"
                                        + " baseModel: b}\n    merged: {directory: /merged}")
                        .kind()
                        .strongest())
                .isEqualTo(ProofLevel.PARITY);
    }

    private ServingSettings serving(String good, String other) throws IOException {
        return load(SMALLEST.replace(good, other)).models().getFirst().serving();
    }

    private PublisherConfig load(String yaml) throws IOException {
        Path file = folder.resolve("publisher.yaml");
        Files.writeString(file, yaml);
        return ConfigFile.load(file, PublisherConfig.class);
    }
}
