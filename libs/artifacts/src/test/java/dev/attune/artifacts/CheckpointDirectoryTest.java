package dev.attune.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.artifacts.CheckpointDirectory.Verified;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointDirectoryTest {

    private static final String DIGEST = "ab".repeat(32);

    @TempDir
    Path root;

    private CheckpointDirectory checkpoint;

    @BeforeEach
    void writeCheckpoint() throws IOException {
        checkpoint = new CheckpointDirectory(root);
        Files.createDirectories(checkpoint.adapter());
        PeftConfig.lora("base", 2, 4, false, List.of("q_proj")).write(checkpoint.adapterConfig());
        SafeTensors.write(checkpoint.adapterWeights(), Map.of("a", TensorData.floats(new float[] {1, 2}, 2)), Map.of());
        Probe.writeAll(checkpoint.probes(), List.of(new Probe(List.of(1, 2), List.of(-0.5))));
        TrainedBatch.writeAll(checkpoint.batches(), List.of());
        checkpoint.writeManifest(manifest());
    }

    @Test
    void verifiesWhatWasWrittenAndNamesItByItsContent() throws IOException {
        Verified verified = checkpoint.verify();

        assertThat(verified.manifest().files().keySet())
                .containsExactly(
                        "adapter/adapter_config.json",
                        "adapter/adapter_model.safetensors",
                        "batches.jsonl",
                        "probes.json");
        assertThat(verified.artifactSha256()).isEqualTo(Digests.sha256(checkpoint.manifest()));
        assertThat(verified.version())
                .hasToString("v000032-" + verified.artifactSha256().substring(0, 12));
        assertThat(CheckpointVersion.parse(verified.version().toString())).isEqualTo(verified.version());
        assertThat(verified.version().names(verified.artifactSha256())).isTrue();
    }

    @Test
    void refusesAFileWhoseContentChanged() throws IOException {
        byte[] weights = Files.readAllBytes(checkpoint.adapterWeights());
        weights[weights.length - 1] ^= 1;
        Files.write(checkpoint.adapterWeights(), weights);

        assertBroken(checkpoint.adapterWeights() + ": has SHA-256 ");
    }

    @Test
    void refusesAFileWhoseSizeChanged() throws IOException {
        Files.writeString(checkpoint.batches(), "x");

        assertBroken(checkpoint.batches() + ": has 1 bytes, the manifest says 0");
    }

    @Test
    void refusesAMissingFile() throws IOException {
        Files.delete(checkpoint.probes());

        assertBroken(checkpoint.probes() + ": is missing");
    }

    @Test
    void refusesAFileThatTheManifestDoesNotName() throws IOException {
        Path extra = checkpoint.adapter().resolve("weights.pkl");
        Files.writeString(extra, "x");

        assertBroken(extra + ": is not named in the manifest");
    }

    @Test
    void refusesALink() throws IOException {
        Path moved = Files.move(checkpoint.probes(), root.resolveSibling("moved-" + root.getFileName()));
        try {
            Files.createSymbolicLink(checkpoint.probes(), moved);

            assertBroken(checkpoint.probes() + ": is a link or a special file");
        } finally {
            Files.delete(moved);
        }
    }

    @Test
    void refusesADirectoryWithoutManifest() throws IOException {
        Files.delete(checkpoint.manifest());

        assertBroken(checkpoint.manifest() + ": is missing");
    }

    @Test
    void refusesAManifestThatLeavesOutTheProbes() throws IOException {
        Files.delete(checkpoint.probes());
        checkpoint.writeManifest(manifest());

        assertBroken(checkpoint.manifest() + ": does not name probes.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../escape", "/etc/passwd", "a/../b", "a//b", "", "a\\\\b", "a/./b", "C:/x"})
    void refusesAPathThatLeadsElsewhere(String path) throws IOException {
        String json = Files.readString(checkpoint.manifest()).replace("probes.json", path);
        Files.writeString(checkpoint.manifest(), json);

        assertBroken(checkpoint.manifest() + ": not a plain relative path: '");
    }

    @Test
    void aWholeModelHasOtherFilesThanAnAdapter() throws IOException {
        checkpoint.writeManifest(manifest(ArtifactKind.MODEL));
        assertBroken(checkpoint.manifest() + ": does not name model/config.json");

        Files.createDirectory(checkpoint.model());
        for (String name : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            Files.writeString(checkpoint.model().resolve(name), name);
        }
        checkpoint.writeManifest(manifest(ArtifactKind.MODEL));

        assertThat(checkpoint.verify().manifest().kind()).isEqualTo(ArtifactKind.MODEL);
    }

    @Test
    void aManifestFromBeforeThereWereKindsIsAnAdapters() throws IOException {
        String json = Files.readString(checkpoint.manifest());
        String old = json.replace("\"format\" : 2,\n  \"kind\" : \"adapter\"", "\"format\" : 1");
        Files.writeString(checkpoint.manifest(), old);
        assertThat(old).isNotEqualTo(json);

        assertThat(checkpoint.verify().manifest().kind()).isEqualTo(ArtifactKind.ADAPTER);

        Files.writeString(
                checkpoint.manifest(), json.replace("\"format\" : 2,\n  \"kind\" : \"adapter\",", "\"format\" : 2,"));
        assertBroken(checkpoint.manifest() + ": Missing required creator property 'kind'");
        Files.writeString(checkpoint.manifest(), json.replace("\"adapter\",", "\"lora\","));
        assertBroken(checkpoint.manifest() + ": kind: Cannot deserialize value");
        Files.writeString(
                checkpoint.manifest(),
                json.replace("\"format\" : 2", "\"format\" : 1").replace("\"adapter\",", "\"model\","));
        assertBroken(checkpoint.manifest() + ": format 1 is of adapters only");
    }

    @Test
    void refusesAManifestWithAnUnknownField() throws IOException {
        String json = Files.readString(checkpoint.manifest()).replace("\"step\"", "\"extra\" : 1,\n  \"step\"");
        Files.writeString(checkpoint.manifest(), json);

        assertBroken(checkpoint.manifest() + ": Unrecognized field \"extra\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1-0123456789ab", "000032-0123456789ab", "v000032-0123456789AB", "v000032", "../v000032"})
    void refusesAVersionThatIsWrittenOtherwise(String version) {
        assertThatThrownBy(() -> CheckpointVersion.parse(version))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + version + "'");
    }

    private void assertBroken(String message) {
        assertThatThrownBy(checkpoint::verify)
                .isInstanceOf(BrokenArtifactException.class)
                .hasMessageStartingWith(message);
    }

    private CheckpointManifest manifest() throws IOException {
        return manifest(ArtifactKind.ADAPTER);
    }

    private CheckpointManifest manifest(ArtifactKind kind) throws IOException {
        Files.deleteIfExists(checkpoint.manifest());
        return new CheckpointManifest(
                CheckpointManifest.FORMAT,
                kind,
                "demo",
                32,
                null,
                new CheckpointManifest.Base("base", DIGEST),
                DIGEST,
                new TreeMap<>(Map.of("pairs-0", 17L)),
                checkpoint.describeFiles(),
                new TreeMap<>(Map.of("accuracy", 0.5)),
                Instant.parse("2026-01-02T03:04:05.678Z"));
    }
}
