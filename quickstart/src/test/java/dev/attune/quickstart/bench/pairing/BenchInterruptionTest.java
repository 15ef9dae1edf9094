package dev.attune.quickstart.bench.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.embedded.ChildProcess;
import dev.attune.quickstart.bench.BenchMain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A benchmark takes minutes: who stops one in the middle must not have to clean up. */
class BenchInterruptionTest {
    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final int SIGTERM_STATUS = 128 + 15;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "starting broker and registry", // While both start.
                "2 partitions", // While the backlog is written, or the application starts.
                "warm-up" // While the identity topology runs, or the next round.
            })
    void aBenchmarkThatIsStoppedLeavesNothingBehind(String line) throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        List<String> jvm = List.of("-Xmx512m", "-XX:+UseSerialGC", "-Djava.io.tmpdir=" + temporary);
        List<String> arguments = List.of(
                "pairing",
                "--report=" + folder.resolve("report.json"),
                "--events=10000",
                "--rounds=100",
                "--partitions=2",
                "--threads=1");
        try (ChildProcess bench =
                ChildProcess.startMain("the bench", BenchMain.class, jvm, arguments, folder.resolve("bench.out"))) {
            await().atMost(BOUND).until(() -> {
                assertThat(bench.isAlive()).as(bench.logTail(40)).isTrue();
                return Files.readString(bench.log()).contains(line);
            });
            if (!line.startsWith("starting")) {
                assertThat(temporary).isNotEmptyDirectory();
            }
            List<ProcessHandle> children =
                    ProcessHandle.of(bench.pid()).orElseThrow().descendants().toList();

            bench.stop(Duration.ofSeconds(60));

            assertThat(bench.exitCode()).as(bench.logTail(40)).isEqualTo(SIGTERM_STATUS);
            assertThat(temporary).as(bench.logTail(40)).isEmptyDirectory();
            // Guards of children end a moment after what they guard.
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
            assertThat(folder.resolve("report.json")).doesNotExist();
            assertThat(bench.logTail(5)).contains("stopped, there is no report");
        }
    }
}
