package dev.attune.quickstart.bench.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.kit.ExitCode;
import dev.attune.quickstart.bench.BenchMain;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class GatewayBenchCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();

    private int bench(String... arguments) {
        return new CommandLine(new BenchMain())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(arguments);
    }

    @Test
    void aShortRunGivesAWholeReport() throws Exception {
        Path report = folder.resolve("report.json");

        int exitCode = bench(
                "gateway",
                "--report=" + report,
                "--connections=8",
                "--batch=20",
                "--seconds=1",
                "--rounds=1",
                "--warm-up=0",
                "--starts=1");

        assertThat(exitCode).as(out.toString()).isEqualTo(ExitCode.OK);
        JsonNode json = new ObjectMapper().readTree(report.toFile());
        assertThat(json.path("scenarios")).hasSize(2);
        JsonNode batches = json.path("scenarios").path(0);
        JsonNode singles = json.path("scenarios").path(1);
        assertThat(batches.path("batch").asInt()).isEqualTo(20);
        assertThat(singles.path("batch").asInt()).isEqualTo(1);
        for (JsonNode scenario : json.path("scenarios")) {
            JsonNode round = scenario.path("rounds").path(0);
            assertThat(round.path("gateway").asDouble()).isPositive();
            assertThat(round.path("withoutKafka").asDouble()).isPositive();
            assertThat(scenario.path("ratio").path("median").asDouble())
                    .isCloseTo(
                            round.path("gateway").asDouble()
                                    / round.path("baseline").asDouble(),
                            within(1e-9));
            assertThat(scenario.path("latencyMillis").path("p99").asDouble())
                    .isGreaterThanOrEqualTo(
                            scenario.path("latencyMillis").path("p50").asDouble());
        }
        assertThat(json.path("batchRatioToProducer").asDouble())
                .isEqualTo(batches.path("ratio").path("median").asDouble());
        assertThat(json.path("singleRatioToHandler").asDouble())
                .isEqualTo(singles.path("ratio").path("median").asDouble());
        assertThat(json.path("startupSeconds").path("median").asDouble()).isPositive();
        // What the others write is what the gateway wrote: thumbs and completions of some hundred bytes
        assertThat(json.path("setup").path("bytesOfARecord").asDouble()).isBetween(100.0, 2_000.0);
    }

    @Test
    void aNumberOutOfRangeIsNamed() {
        assertThat(bench("gateway", "--report=" + folder.resolve("r.json"), "--connections=0"))
                .isNotEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("--connections");
    }
}
