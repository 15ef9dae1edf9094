package dev.attune.quickstart.bench.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.events.FeedbackGiven;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ExitCode;
import dev.attune.quickstart.bench.BenchMain;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** That it measures something sensible; how much is for whoever runs it. */
class PairingBenchCommandTest {
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
    void aFewEventsGiveAWholeReport() throws Exception {
        Path report = folder.resolve("report.json");

        int exitCode = bench(
                "pairing",
                "--report=" + report,
                "--events=20000",
                "--rounds=1",
                "--warm-up=1",
                "--partitions=2",
                "--threads=1",
                "--latency-seconds=1");

        assertThat(exitCode).as(out.toString()).isEqualTo(ExitCode.OK);
        JsonNode json = new ObjectMapper().readTree(report.toFile());
        assertThat(json.path("eventsPerSecond").asDouble()).isPositive();
        assertThat(json.path("ratioToIdentity").asDouble()).isPositive();
        assertThat(json.path("stateBytesPerOpenTurn").asDouble()).isPositive();
        assertThat(json.path("setup").path("events").asLong()).isEqualTo(20_000);
        assertThat(json.path("setup").path("warmUpRounds").asInt()).isEqualTo(1);
        assertThat(json.path("setup").path("budgets").path("maxPairsPerUser").asInt())
                .isZero();
        JsonNode scenario = json.path("scenarios").path(0);
        assertThat(scenario.path("partitions").asInt()).isEqualTo(2);
        assertThat(scenario.path("rounds")).hasSize(1);
        JsonNode curve = scenario.path("rounds").path(0).path("pairing").path("curve");
        assertThat(curve.path(curve.size() - 1).path("events").asLong())
                .as("events worked off")
                .isEqualTo(20_000);
        assertThat(out.toString()).contains("2 partitions", "warm-up", "round 1", "events/s", "ratio");
    }

    @Test
    void aRoundWithOneHotPromptEndsWithItsPairsAlsoWithBudgets() throws Exception {
        Path report = folder.resolve("report.json");

        int exitCode = bench(
                "pairing",
                "--report=" + report,
                "--events=10000",
                "--rounds=1",
                "--warm-up=0",
                "--partitions=1",
                "--hot-prompt",
                "--budgets=5,20",
                "--latency-seconds=0");

        assertThat(exitCode).as(out.toString()).isEqualTo(ExitCode.OK);
        JsonNode json = new ObjectMapper().readTree(report.toFile());
        JsonNode drain = json.path("scenarios").path(0).path("rounds").path(0).path("pairing");
        assertThat(drain.path("lookSeconds").asDouble()).isPositive();
        assertThat(drain.path("longestStandstillSeconds").asDouble()).isPositive();
        assertThat(json.path("setup").path("budgets").path("maxPairsPerUser").asInt())
                .isEqualTo(5);
        assertThat(json.path("setup").path("budgets").path("maxPairsPerTenant").asInt())
                .isEqualTo(20);
        assertThat(out.toString()).contains("s after the last judged answer").doesNotContain("warm-up");
    }

    @Test
    void theLoadHasTheMixThatItPromises() {
        LoadGenerator load = new LoadGenerator(new Random(7), new Turns(new Random(7), Turns.Prompts.MIXED, "test"));
        Set<String> ids = new HashSet<>();
        List<String> feedback = new ArrayList<>();
        int completions = 0;
        int repeated = 0;
        for (int i = 0; i < 100_000; i++) {
            switch (load.get()) {
                case Load.Completion completion -> {
                    completions++;
                    repeated += ids.add(completion.event().getEventId()) ? 0 : 1;
                }
                case Load.Feedback given -> {
                    FeedbackGiven event = given.event();
                    feedback.add(event.getTurnId());
                    repeated += ids.add(event.getEventId()) ? 0 : 1;
                }
            }
        }

        assertThat(repeated).isBetween(11_000, 15_000);
        assertThat(completions).isBetween(55_000, 70_000);
        assertThat(new HashSet<>(feedback)).hasSizeGreaterThan(10_000);
    }

    @Test
    void aMistakeIsNamed() {
        assertThat(bench()).isEqualTo(ExitCode.USAGE);
        assertThat(out.toString()).contains("pairing");
        assertThat(bench("pairing")).isEqualTo(ExitCode.USAGE);
        assertThat(out.toString()).contains("--report");
        for (String budgets : List.of("7", "1,2,3", "5,-1")) {
            assertThatThrownBy(() -> Budgets.of(Arrays.stream(budgets.split(",", -1))
                            .map(Integer::valueOf)
                            .toList()))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("--budgets");
        }
    }
}
