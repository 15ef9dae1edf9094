package dev.attune.quickstart.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.embedded.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./attune} says before it starts a JVM; what each command does is tested at its main class. */
class LauncherTest {
    @TempDir
    private Path folder;

    /** @param exitCode of the launcher */
    private record Run(int exitCode, String output) {}

    private Run attune(String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "/bin/sh", Path.of(System.getProperty("attune.home"), "attune").toString()));
        command.addAll(List.of(arguments));
        try (ChildProcess launcher = ChildProcess.start("attune", command, Map.of(), folder.resolve("attune.out"))) {
            assertThat(launcher.waitFor(Duration.ofSeconds(30))).isTrue();
            return new Run(launcher.exitCode(), launcher.logTail(100));
        }
    }

    @Test
    void helpNamesEveryCommand() throws Exception {
        Run help = attune("--help");

        assertThat(help.exitCode()).isZero();
        assertThat(help.output())
                .contains("demo", "test", "run gateway", "run pairing", "run trainer", "run publisher", "train ")
                .contains("export", "replay", "bench", "pretrain", "serve", "Exit codes");
        assertThat(attune().exitCode()).isZero();
    }

    @Test
    void whatItDoesNotKnowIsRefusedByName() throws Exception {
        assertThat(attune("dmeo")).satisfies(run -> {
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.output()).contains("'dmeo' is no command");
        });
        assertThat(attune("run", "tariner", "--config", "x")).satisfies(run -> {
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.output()).contains("'tariner' is no role");
        });
    }
}
