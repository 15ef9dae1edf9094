package dev.attune.quickstart.bench.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.kit.ExitCode;
import dev.attune.quickstart.bench.BenchMain;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** That it simulates something sensible; how often the judgement is wrong is for whoever runs it. */
class CanaryBenchCommandTest {
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
    void aFewCanariesGiveAWholeTableAndReport() throws Exception {
        Path report = folder.resolve("report.json");
        Path plot = folder.resolve("plot.png");

        int exitCode = bench("canary", "--report=" + report, "--plot=" + plot, "--runs=20", "--users=2000", "--seed=3");

        assertThat(exitCode).as(out.toString()).isEqualTo(ExitCode.OK);
        JsonNode rows = new ObjectMapper().readTree(report.toFile());
        // Two margins, two shares, six distances
        assertThat(rows).hasSize(24).allSatisfy(row -> {
            assertThat(row.path("runs").asInt()).isEqualTo(20);
            assertThat(row.path("scenario").path("stableMean").asDouble()).isEqualTo(0.7);
            assertThat(sum(row, "promoted", "rolledBack", "undecided")).isCloseTo(1, within(1e-9));
        });
        // With half of the users a canary that is better by a margin of 0.1 is told from one that is worse by four of
        // them
        assertThat(rows.path(6).path("promoted").asDouble()).isGreaterThan(0.5);
        assertThat(rows.path(11).path("rolledBack").asDouble()).isGreaterThan(0.5);
        assertThat(rows.path(11).path("promoted").asDouble()).isZero();
        assertThat(out.toString().lines()).hasSize(2 + 24).allMatch(line -> line.startsWith("|"));
        assertThat(ImageIO.read(plot.toFile()).getWidth()).isPositive();
    }

    private static double sum(JsonNode row, String... shares) {
        return Arrays.stream(shares)
                .mapToDouble(share -> row.path(share).asDouble())
                .sum();
    }

    @Test
    void aMistakeIsNamed() {
        assertThat(bench("canary")).isEqualTo(ExitCode.USAGE);
        assertThat(out.toString()).contains("--report");
        assertThat(bench("canary", "--help")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("--runs").contains("--plot");
    }
}
