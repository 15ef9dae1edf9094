package dev.attune.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private ChildProcess sh(String script) {
        return ChildProcess.start("a script", List.of("sh", "-c", script), Map.of("GREETING", "hello"), log());
    }

    private Path log() {
        return folder.resolve("logs/child.log");
    }

    @Test
    void outputErrorsAndExitCodeAreTheCommandsOwn() throws Exception {
        try (ChildProcess child = sh("echo $GREETING; echo oops >&2; exit 7")) {
            assertThat(child.waitFor(BOUND)).isTrue();

            assertThat(child.exitCode()).isEqualTo(7);
            assertThat(child.logTail(10)).isEqualTo("hello\noops");
            assertThat(child.logTail(1)).isEqualTo("oops");
        }
    }

    @Test
    void theProcessIdIsTheCommandsOwn() throws Exception {
        try (ChildProcess child = sh("echo pid=$$")) {
            assertThat(child.waitFor(BOUND)).isTrue();

            assertThat(child.logTail(1)).isEqualTo("pid=" + child.pid());
        }
    }

    @Test
    void standardInputIsEmpty() throws Exception {
        try (ChildProcess child = sh("cat; echo done")) {
            assertThat(child.waitFor(BOUND)).isTrue();

            assertThat(child.logTail(5)).isEqualTo("done");
        }
    }

    @Test
    void stopAsksFirst() {
        ChildProcess child = sh("trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.05; done");
        await().atMost(BOUND).until(() -> child.logTail(1).equals("up"));

        child.stop(BOUND);

        assertThat(child.exitCode()).isEqualTo(3);
        assertThat(child.logTail(1)).isEqualTo("bye");
    }

    @Test
    void stopKillsWhatDoesNotListen() {
        ChildProcess child = sh("trap '' TERM; echo up; while :; do sleep 0.05; done");
        await().atMost(BOUND).until(() -> child.logTail(1).equals("up"));

        child.stop(Duration.ofMillis(200));

        assertThat(child.exitCode()).as("128 + SIGKILL").isEqualTo(137);
    }

    @Test
    void exitCodeOfARunningProcessIsRefused() {
        try (ChildProcess child = sh("exec sleep 600")) {
            assertThatThrownBy(child::exitCode)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("a script (process " + child.pid() + ") is still running");
        }
    }

    @Test
    void aCommandThatDoesNotExistSaysSoInTheLog() throws Exception {
        try (ChildProcess child = ChildProcess.start("nothing", List.of("no-such-command"), Map.of(), log())) {
            assertThat(child.waitFor(BOUND)).isTrue();

            assertThat(child.exitCode()).isEqualTo(127);
            assertThat(child.logTail(1)).contains("no-such-command");
        }
    }

    @Test
    void aLogThatCannotBeWrittenIsOneMessage() {
        assertThatThrownBy(() -> ChildProcess.start("a script", List.of("true"), Map.of(), folder))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cannot start a script")
                .hasMessageContaining(folder.toString());
    }

    @Test
    void aChildDoesNotOutliveAParentThatIsKilledHard() {
        // Given a JVM of its own that has started a child
        ChildProcess parent = ChildProcess.startMain(
                "the parent",
                ParentMain.class,
                List.of("-Xmx64m"),
                List.of(folder.resolve("grandchild.log").toString()),
                log());
        Pattern line = Pattern.compile("child=(\\d+)");
        await().atMost(BOUND).until(() -> line.matcher(parent.logTail(1)).matches());
        Matcher printed = line.matcher(parent.logTail(1));
        assertThat(printed.matches()).isTrue();
        ProcessHandle child = ProcessHandle.of(Long.parseLong(printed.group(1))).orElseThrow();
        assertThat(child.isAlive()).isTrue();

        // When the parent gets no chance to clean up
        parent.destroyForcibly();

        // Then the child ends by itself
        await().atMost(BOUND).until(() -> !child.isAlive());
    }
}
