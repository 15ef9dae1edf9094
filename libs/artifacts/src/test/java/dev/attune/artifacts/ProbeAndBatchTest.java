package dev.attune.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeAndBatchTest {

    @TempDir
    Path directory;

    @Test
    void probesReadBackAsWritten() throws IOException {
        Path file = directory.resolve("probes.json");
        Probe probe = new Probe(List.of(5, 6, 7), List.of(-1.25, -0.5));

        Probe.writeAll(file, List.of(probe));

        assertThat(Files.readString(file)).isEqualTo("[{\"tokens\":[5,6,7],\"logps\":[-1.25,-0.5]}]");
        assertThat(Probe.readAll(file)).containsExactly(probe);
        assertThat(probe.sum()).isCloseTo(-1.75, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        []                                    | holds no probe
        [null]                                | holds a null instead of a probe
        [{"tokens":[1],"logps":[]}]           | a probe has at least two tokens, not 1
        [{"tokens":[1,2],"logps":[-1,-2]}]    | a probe of 2 tokens has 1 logps, not 2
        [{"tokens":[1,-2],"logps":[-1]}]      | a token id is not negative: -2
        [{"tokens":[1,2],"logps":[0.7]}]      | not a log-probability: 0.7
        [{"tokens":[1,2],"logps":["NaN"]}]    | not a log-probability: NaN
        [{"tokens":[1,2]}]                    | logps
        {}                                    | Cannot deserialize
        """)
    void brokenProbesAreRefused(String json, String fault) throws IOException {
        Path file = directory.resolve("probes.json");
        Files.writeString(file, json);

        assertThatThrownBy(() -> Probe.readAll(file))
                .isInstanceOf(BrokenArtifactException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(fault);
    }

    @Test
    void batchesReadBackAsWritten() throws IOException {
        Path file = directory.resolve("batches.jsonl");
        TrainedBatch first = new TrainedBatch(
                1,
                List.of(new TrainedBatch.Pair(
                        "p1", 1, 0.75, List.of("e1", "e2"), Instant.parse("2026-01-02T03:04:05Z"), "pairs", 2, 17)),
                Map.of("loss", 0.6931));
        TrainedBatch second =
                new TrainedBatch(2, List.of(new TrainedBatch.Pair("p2", -1, 1, List.of(), null, "", 0, 0)), Map.of());

        TrainedBatch.writeAll(file, List.of(first, second));

        assertThat(Files.readAllLines(file)).hasSize(2);
        assertThat(TrainedBatch.readAll(file)).containsExactly(first, second);
    }

    @Test
    void aBrokenBatchIsNamedByItsLine() throws IOException {
        Path file = directory.resolve("batches.jsonl");
        Files.writeString(file, "{\"step\":1,\"pairs\":[],\"metrics\":{}}\n{\"step\":0,\"pairs\":[],\"metrics\":{}}\n");

        assertThatThrownBy(() -> TrainedBatch.readAll(file))
                .isInstanceOf(BrokenArtifactException.class)
                .hasMessage(file + ":2: step is at least 1, not 0");
    }

    @Test
    void theBaseRevisionIsOfConfigAndWeightsAndNothingElse() throws IOException {
        Files.writeString(directory.resolve("config.json"), "{}");
        Files.writeString(directory.resolve("model.safetensors"), "weights");
        String revision = BaseRevision.of(directory);

        Files.writeString(directory.resolve("README.md"), "text");
        assertThat(BaseRevision.of(directory)).isEqualTo(revision);

        Files.writeString(directory.resolve("model.safetensors"), "other");
        assertThat(BaseRevision.of(directory)).isNotEqualTo(revision);
    }

    @Test
    void digestsAreThoseOfTheStandard() throws IOException {
        Path file = directory.resolve("abc");
        Files.writeString(file, "abc");

        // FIPS 180-2, appendix B.1
        String expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assertThat(Digests.sha256(file)).isEqualTo(expected);
        assertThat(Digests.unprefixed(Digests.prefixed(expected))).isEqualTo(expected);
        assertThatThrownBy(() -> Digests.unprefixed("md5:" + expected)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Digests.unprefixed("sha256:XY")).isInstanceOf(IllegalArgumentException.class);
    }
}
