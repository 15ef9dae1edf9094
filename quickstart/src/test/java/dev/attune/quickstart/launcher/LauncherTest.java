package dev.attune.quickstart.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.embedded.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./attune} says before it starts a JVM; what each command does is tested at its main class. */
class LauncherTest {
    private static final Path LAUNCHER = Path.of(System.getProperty("attune.home", "."), "attune");

    @TempDir
    private Path folder;

    /** @param exitCode of the launcher */
    private record Run(int exitCode, String output) {}

    private Run attune(String... arguments) throws InterruptedException {
        return attune(LAUNCHER, Map.of(), arguments);
    }

    private Run attune(Path script, Map<String, String> environment, String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString()));
        command.addAll(List.of(arguments));
        try (ChildProcess launcher = ChildProcess.start("attune", command, environment, folder.resolve("attune.out"))) {
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

    @Test
    void aBenchmarkHasAFixedHeapThatTheUserMayChange() throws Exception {
        // An installation that is built, and a JDK that only says how it was called.
        Path script = Files.copy(LAUNCHER, folder.resolve("attune"));
        for (String module : List.of("ingest-service", "trainer-service", "model-publisher", "quickstart")) {
            write(folder.resolve(module).resolve("target").resolve("classpath"), "");
        }
        write(folder.resolve("target").resolve("built"), "");
        Path jdk = folder.resolve("jdk");
        write(jdk.resolve("release"), "JAVA_VERSION=\"25\"\n");
        write(jdk.resolve("bin").resolve("javac"), "#!/bin/sh\n");
        write(jdk.resolve("bin").resolve("java"), "#!/bin/sh\necho \"$@\"\n");
        Map<String, String> environment = Map.of(
                "JAVA_HOME", jdk.toString(), "ATTUNE_JAVA_OPTS", "-Xmx9g", "heap", "-Xmx1m", "collector", "Epsilon");

        assertThat(attune(script, environment, "bench", "pairing").output())
                .containsSubsequence(
                        "-XX:+UseParallelGC",
                        "-Xms6g",
                        "-Xmx6g",
                        "-Xmn4g",
                        "-XX:+AlwaysPreTouch",
                        "-Xmx9g",
                        "BenchMain pairing")
                .doesNotContain("-Xmx1m", "SerialGC");
        Files.delete(folder.resolve("attune.out"));
        assertThat(attune(script, environment, "demo").output())
                .containsSubsequence("-XX:+UseSerialGC", "-Xmx9g", "DemoMain")
                .doesNotContain("-Xmx6g", "-Xmx1m");
    }

    private static void write(Path executable, String content) throws IOException {
        Files.createDirectories(Objects.requireNonNull(executable.getParent()));
        Files.writeString(executable, content);
        assertThat(executable.toFile().setExecutable(true)).isTrue();
    }
}
