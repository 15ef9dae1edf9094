package dev.attune.publisher.gate.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.attune.kit.ConfigException;
import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.StopSignal;
import dev.attune.publisher.http.StoppedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real programs, which do what programs of teams do. */
@Timeout(30)
class CommandEvaluationTest {

    private static final EvaluationSubject SUBJECT = new EvaluationSubject(
            "acme",
            "support",
            "v000032-0123456789ab",
            "support-v000032-0123456789ab",
            List.of("http://a:8000", "http://b:8000"),
            "/artifacts/1");

    private final StopSignal stop = new StopSignal();

    @TempDir
    Path folder;

    @Test
    void exitCodeZeroIsYesAndTheFirstLineIsTheReason() throws CallException {
        assertThat(judge("echo 'all 40 pass'; echo more")).isEqualTo(new Verdict(true, "all 40 pass"));
        assertThat(judge("echo '3 of 40 fail'; exit 3")).isEqualTo(new Verdict(false, "3 of 40 fail"));
        assertThat(judge("exit 7")).isEqualTo(new Verdict(false, "exit code 7, and it printed nothing"));
        assertThat(judge("kill -9 $$")).isEqualTo(new Verdict(false, "exit code 137, and it printed nothing"));
    }

    @Test
    void itFindsTheCandidateInItsEnvironmentAndNoneOfThePublishersSecrets() throws Exception {
        Path out = folder.resolve("environment");

        judge("env > " + out);

        assertThat(Files.readAllLines(out))
                .contains(
                        "ATTUNE_TENANT=acme",
                        "ATTUNE_MODEL_ID=support",
                        "ATTUNE_VERSION=v000032-0123456789ab",
                        "ATTUNE_SERVED_NAME=support-v000032-0123456789ab",
                        "ATTUNE_REPLICA_URL=http://a:8000",
                        "ATTUNE_REPLICA_URLS=http://a:8000,http://b:8000",
                        "ATTUNE_ARTIFACT_PATH=/artifacts/1",
                        "SUITE=full")
                .allMatch(
                        line -> line.matches("(PATH|HOME|LANG|TZ|TMPDIR|ATTUNE_[A-Z_]+|SUITE|PWD|OLDPWD|SHLVL|_)=.*"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sleep 600",
                // A child of a child
                "(sleep 600; true) & wait",
                // One whose parents are gone, and that began a session of its own
                "(setsid sleep 600 & ) ; sleep 600",
                // One that does not listen to anything but SIGKILL
                "trap '' TERM INT HUP; while :; do sleep 1; done",
                // One that prints without end
                "yes"
            })
    void theWholeTreeIsKilledAtTheTimeout(String script) throws Exception {
        Path pids = folder.resolve("pids");
        CommandEvaluation evaluation = evaluation("echo $$ > " + pids + "; " + script, Duration.ofMillis(400));

        assertThatThrownBy(() -> evaluation.judge(SUBJECT))
                .isInstanceOf(CallException.class)
                .hasMessage("not within 0 s; it was killed");

        Optional<ProcessHandle> shell =
                ProcessHandle.of(Long.parseLong(Files.readString(pids).strip()));
        await().atMost(Duration.ofSeconds(5))
                .until(() -> shell.isEmpty() || !shell.get().isAlive());
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(marked()).isEmpty());
    }

    @Test
    void whatItLeavesBehindWhenItEndsIsKilledToo() throws Exception {
        // The pipe stays open in the child: nobody may wait for its end.
        assertThat(judge("echo yes; setsid sleep 600 &").allows()).isTrue();

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(marked()).isEmpty());
    }

    @Test
    void muchOutputAndALineWithoutEndDoNoHarm() throws CallException {
        assertThat(judge("head -c 3000000 /dev/zero | tr '\\0' x").reason()).isEqualTo("x".repeat(300));
        assertThat(judge("printf 'a\\033[31m\\tb\\nsecret'").reason()).isEqualTo("a [31m b");
    }

    @Test
    void itsInputIsAtItsEnd() throws CallException {
        assertThat(judge("cat; echo done").reason()).isEqualTo("done");
    }

    @Test
    void aProgramThatIsNotThereIsNoYes() {
        CommandEvaluation evaluation = new CommandEvaluation(
                new CommandSettings(List.of("no-such-program"), Map.of(), Duration.ofSeconds(5)), stop);

        assertThatThrownBy(() -> evaluation.judge(SUBJECT))
                .isInstanceOf(CallException.class)
                .hasMessageContaining("it cannot be started")
                .hasMessageContaining("no-such-program");
    }

    @Test
    void aStopEndsItAtOnce() throws Exception {
        Path started = folder.resolve("started");
        CommandEvaluation evaluation = evaluation("touch " + started + "; sleep 600", Duration.ofMinutes(10));
        Thread stopping = Thread.ofVirtual().start(() -> {
            await().until(() -> Files.exists(started));
            stop.request();
        });

        assertThatThrownBy(() -> evaluation.judge(SUBJECT)).isInstanceOf(StoppedException.class);
        stopping.join();
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(marked()).isEmpty());
    }

    @Test
    void settingsThatCannotBeUsedAreRefusedByName() {
        assertThatThrownBy(() -> new CommandSettings(List.of(), Map.of(), Duration.ofSeconds(1)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("argv");
        assertThatThrownBy(() -> new CommandSettings(List.of("/no/such/program"), Map.of(), Duration.ofSeconds(1)))
                .hasMessageContaining("'/no/such/program' is no program");
        assertThatThrownBy(() ->
                        new CommandSettings(List.of("true"), Map.of("ATTUNE_VERSION", "x"), Duration.ofSeconds(1)))
                .hasMessageContaining("environment: 'ATTUNE_VERSION'");
        assertThatThrownBy(() -> new EvaluationSettings(null, null)).hasMessageContaining("command");
    }

    private Verdict judge(String script) throws CallException {
        return evaluation(script, Duration.ofSeconds(20)).judge(SUBJECT);
    }

    private CommandEvaluation evaluation(String script, Duration timeout) {
        return new CommandEvaluation(
                new CommandSettings(List.of("/bin/sh", "-c", script), Map.of("SUITE", "full"), timeout), stop);
    }

    /** Processes of any run of this test's. */
    private static List<Long> marked() {
        return ProcessHandle.allProcesses()
                .filter(process -> isMarked(process.pid()))
                .map(ProcessHandle::pid)
                .toList();
    }

    private static boolean isMarked(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1)
                    .contains(ProcessTree.MARK + "=");
        } catch (IOException e) {
            return false;
        }
    }
}
