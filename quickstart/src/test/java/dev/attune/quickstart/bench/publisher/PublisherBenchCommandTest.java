package dev.attune.quickstart.bench.publisher;

import static org.assertj.core.api.Assertions.assertThat;

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

class PublisherBenchCommandTest {

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
    void aSmallAdapterOnTwoReplicasGivesAWholeReport() throws Exception {
        Path report = folder.resolve("report.json");

        int exitCode = bench("publisher", "--report=" + report, "--megabytes=1", "--replicas=2", "--rounds=1");

        assertThat(exitCode).as(out.toString()).isEqualTo(ExitCode.OK);
        JsonNode json = new ObjectMapper().readTree(report.toFile());
        JsonNode scenario = json.path("scenarios").path(0);
        assertThat(scenario.path("megabytes").asDouble()).isBetween(0.5, 2.0);
        assertThat(scenario.path("replicas").asInt()).isEqualTo(2);
        assertThat(scenario.path("seconds").asDouble()).isPositive();
        assertThat(scenario.path("phases").path("total").asDouble())
                .isEqualTo(scenario.path("seconds").asDouble());
        assertThat(scenario.path("peakMegabytes").asDouble()).isPositive();
        // Neither the size nor the number of replicas of the goal
        assertThat(json.path("ratioToGoal").isNumber()).isFalse();
    }

    @Test
    void aNumberOutOfRangeIsNamed() {
        assertThat(bench("publisher", "--report=" + folder.resolve("r.json"), "--replicas=0"))
                .isNotEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("--replicas");
    }
}
