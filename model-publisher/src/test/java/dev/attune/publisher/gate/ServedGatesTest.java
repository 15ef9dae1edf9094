package dev.attune.publisher.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.attune.kit.ConfigException;
import dev.attune.publisher.fake.FakeAnswerCheck;
import dev.attune.publisher.fake.FakeVllm;
import dev.attune.publisher.http.JsonHttp;
import dev.attune.publisher.http.Retrier;
import dev.attune.publisher.http.RetrySettings;
import dev.attune.publisher.http.StopSignal;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import dev.attune.publisher.serving.ReplicaGroup;
import dev.attune.publisher.serving.ReplicaSettings;
import dev.attune.publisher.serving.VllmReplica;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServedGatesTest {

    @TempDir
    Path folder;

    private final FakeVllm vllm = new FakeVllm();
    private final FakeAnswerCheck check = new FakeAnswerCheck();
    private final JsonHttp http = new JsonHttp(Duration.ofSeconds(5), new StopSignal());
    private Path prompts;

    @BeforeEach
    void writePrompts() throws IOException {
        prompts = folder.resolve("prompts.jsonl");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            lines.append("{\"messages\":[{\"role\":\"user\",\"content\":\"question ")
                    .append((char) ('a' + i % 26))
                    .append("\"}]}\n");
        }
        Files.writeString(prompts, lines);
    }

    @AfterEach
    void stop() {
        http.close();
        vllm.close();
        check.close();
    }

    @Test
    void theBaseIsAtNoDistanceFromItself() throws RefusedException {
        Map<String, Double> measured = gates(3.0, null).check(FakeVllm.BASE);

        assertThat(measured.get("gate.answers")).isEqualTo(40);
        assertThat(measured.get("gate.kl")).isCloseTo(0, within(1e-9));
    }

    @Test
    void aSmallChangePassesAndALargeOneDoesNot() throws RefusedException {
        vllm.plant("near", 0.6);
        vllm.plant("far", 4.0);
        ServedGates gates = gates(3.0, null);

        assertThat(gates.check("near").get("gate.kl")).isBetween(0.1, 1.5);
        assertThatThrownBy(() -> gates.check("far")).isInstanceOfSatisfying(RefusedException.class, refused -> {
            assertThat(refused.reason()).isEqualTo(RejectReason.KL_TOO_HIGH);
            assertThat(refused.measurements().get("gate.kl")).isGreaterThan(3.0);
            assertThat(refused.detail()).contains("nats an answer over 40 answers (at most 3.00)");
        });
    }

    @Test
    void theEstimateIsTheMeanWithItsStandardError() {
        // Mean 2; squares 1, 0, 1 over two degrees of freedom make variance 1, over three answers 1/3
        KlToBase.Estimate estimate = KlToBase.Estimate.of(List.of(1.0, 2.0, 3.0));

        assertThat(estimate.mean()).isCloseTo(2.0, within(1e-12));
        assertThat(estimate.standardError()).isCloseTo(Math.sqrt(1.0 / 3), within(1e-12));
    }

    @Test
    void answersThatAreNotWellFormedBlockARelease() throws Exception {
        vllm.plant("candidate", 0.1);
        check.finds(FakeVllm.BASE, 0.975).finds("candidate", 0.9);
        ServedGates gates = gates(3.0, new AnswerCheckSettings(check.url(), 0.85, 0.05));
        gates.measureBase();

        assertThatThrownBy(() -> gates.check("candidate")).isInstanceOfSatisfying(RefusedException.class, refused -> {
            assertThat(refused.reason()).isEqualTo(RejectReason.ILL_FORMED_ANSWERS);
            assertThat(refused.detail())
                    .isEqualTo("0.900 of the answers are well-formed (at least 0.925; the base's share is 0.975):"
                            + " {repetition=4}");
        });
    }

    @Test
    void theMinimumHoldsWhateverTheBaseDoes() {
        vllm.plant("candidate", 0.1);
        check.finds(FakeVllm.BASE, 0.8).finds("candidate", 0.8);

        assertThatThrownBy(() -> gates(3.0, new AnswerCheckSettings(check.url(), 0.85, 0.05))
                        .check("candidate"))
                .hasMessageContaining("at least 0.850");
    }

    @Test
    void theBaseIsMeasuredOnce() throws Exception {
        vllm.plant("candidate", 0.1);
        ServedGates gates = gates(3.0, new AnswerCheckSettings(check.url(), 0.85, 0.05));

        gates.measureBase();
        gates.check("candidate");
        Map<String, Double> measured = gates.check("candidate");

        assertThat(check.checkedModels()).containsExactly(FakeVllm.BASE, "candidate", "candidate");
        assertThat(measured).containsEntry("gate.wellformed", 1.0).containsEntry("gate.wellformed.base", 1.0);
    }

    @Test
    void aCheckThatAnswersTooLittleIsNotBelieved() {
        check.leavesOutResults(1);

        assertThatThrownBy(() -> gates(3.0, new AnswerCheckSettings(check.url(), 0.85, 0.05))
                        .check(FakeVllm.BASE))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(RejectReason.UNAVAILABLE);
                    assertThat(refused.detail()).contains("gave 39 results for 40 answers");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "not json", "{\"messages\":[]}", "{\"prompt\":\"x\"}", "{\"messages\":[{\"content\":\"x\"}]}"
            })
    void aFileOfPromptsThatCannotBeUsedIsNamed(String line) throws IOException {
        Files.writeString(prompts, line);

        assertThatThrownBy(() -> gates(3.0, null))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("gates.prompts: ")
                .hasMessageContaining("prompts.jsonl");
    }

    private ServedGates gates(double maxKl, @Nullable AnswerCheckSettings answerCheck) {
        Retrier retrier = new Retrier(
                new RetrySettings(
                        Duration.ofSeconds(5), Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofMillis(200)),
                new StopSignal());
        ReplicaGroup replicas = new ReplicaGroup(List.of(new VllmReplica(new ReplicaSettings(vllm.url(), null), http)));
        return new ServedGates(
                new GateSettings(prompts, 1, 24, 4, maxKl, answerCheck),
                GatePrompt.readAll(prompts),
                FakeVllm.BASE,
                replicas,
                retrier,
                http);
    }
}
