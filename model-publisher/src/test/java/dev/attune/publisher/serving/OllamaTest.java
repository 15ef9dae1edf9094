package dev.attune.publisher.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.attune.publisher.fake.FakeOllama;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import dev.attune.publisher.serving.Scoring.Generated;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OllamaTest {

    @TempDir
    Path folder;

    private FakeOllama ollama;
    private ServingFixture serving;
    private ServedAdapter live;
    private ServedAdapter next;
    private Replica replica;
    private Delivery delivery;

    @BeforeEach
    void start() throws Exception {
        ollama = new FakeOllama(Files.createDirectory(folder.resolve("blobs")));
        serving = new ServingFixture(folder.resolve("checkpoints"));
        live = serving.adapter(1, 0.1);
        next = serving.adapter(2, 0.2);
        replica = serving.replica(ReplicaKind.OLLAMA, ollama.url());
        delivery = serving.delivery(replica);
    }

    @AfterEach
    void stop() {
        serving.close();
        ollama.close();
    }

    @Test
    void aVersionIsSentOnceAndShowsAnEffectAndNothingMore() throws Exception {
        delivery.load(live);
        delivery.verify(live, null);
        delivery.restore(live.name(), List.of(live), name -> false);
        delivery.load(next);
        Map<String, Double> measured = delivery.verify(next, live.name());

        // The level of the proof stands in the measurements, and no distance to the trainer is claimed
        assertThat(measured)
                .containsEntry("probe.replicas.effect", 1.0)
                .doesNotContainKeys("probe.replicas.parity", "probe.token.error");
        assertThat(measured.get("probe.difference.base")).isGreaterThan(0.01);
        assertThat(measured.get("probe.difference.previous")).isGreaterThan(0.01);
        assertThat(ollama.loaded()).containsExactly(live.name(), next.name());

        // What was forgotten comes back without being sent again
        long sent = blobs();
        ollama.forget();
        delivery.restore(next.name(), List.of(next, live), name -> false);
        assertThat(ollama.loaded()).containsExactly(live.name(), next.name());
        assertThat(blobs()).isEqualTo(sent);

        delivery.unload(live.name());
        delivery.unload(live.name());
        assertThat(ollama.loaded()).containsExactly(next.name());
        Answering answering = replica.answering().orElseThrow();
        assertThat(answering).isNotInstanceOf(Answering.InTokens.class);
        assertThat(answering.text(next.name(), List.of(new ChatMessage("user", "hello")), 8, 1.0, 1))
                .isNotNull();
    }

    @Test
    void aModelThatAnswersAsItsBaseIsFoundOut() {
        ollama.appliesNothing();
        assertRefused(RejectReason.INDISTINGUISHABLE, "answers as the base does");
    }

    @Test
    void theVersionBeforeHasToAnswerAsItDidBeforeTheLoad() throws Exception {
        delivery.load(live);
        delivery.verify(live, null);
        delivery.restore(live.name(), List.of(live), name -> false);
        delivery.load(next);
        ollama.plant(live.name(), 0.5);

        assertThatThrownBy(() -> delivery.verify(next, live.name()))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(RejectReason.PREVIOUS_DISTURBED));
        assertThat(ollama.loaded()).containsExactly(live.name());
    }

    @Test
    void anErrorInsideASuccessIsAnError() {
        ollama.failsInside();
        assertRefused(RejectReason.LOAD_REFUSED, "did not create " + next.name() + ": unsupported architecture");
    }

    @Test
    void aVersionWithoutLogprobsIsNamedWithTheRemedy() {
        ollama.tellsNoLogprobs();
        assertRefused(RejectReason.SERVED_OTHERWISE, "since 0.12.11");
    }

    @Test
    void distancesAreComparedWhereBothSaidTheSameBefore() {
        Generated same = new Generated("a", Map.of("a", -0.5, "b", -1.0));
        Generated near = new Generated("a", Map.of("a", -0.7, "b", -1.0));
        Generated other = new Generated("b", Map.of("b", -0.1, "c", -3.0));

        // |-0.5 - -0.7|; then 'a' is at most as likely as 'c' there: -0.5 - -3.0; what comes after says nothing
        assertThat(EffectProof.distance(List.of(List.of(same)), List.of(List.of(near))))
                .isCloseTo(0.2, within(1e-12));
        assertThat(EffectProof.distance(List.of(List.of(same, same)), List.of(List.of(other, near))))
                .isCloseTo(2.5, within(1e-12));
    }

    private long blobs() {
        return ollama.requests().stream()
                .filter(path -> path.startsWith("/api/blobs/"))
                .distinct()
                .count();
    }

    private void assertRefused(RejectReason reason, String detail) {
        assertThatThrownBy(() -> {
                    delivery.load(next);
                    delivery.verify(next, null);
                })
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(reason);
                    assertThat(refused.detail()).contains(ollama.url()).contains(detail);
                });
        assertThat(ollama.loaded()).isEmpty();
    }
}
