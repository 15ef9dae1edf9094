package dev.attune.publisher.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.publisher.fake.FakeSglang;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SglangTest {

    @TempDir
    Path folder;

    private final FakeSglang sglang = new FakeSglang();
    private ServingFixture serving;
    private ServedAdapter live;
    private ServedAdapter next;
    private Replica replica;
    private Delivery delivery;

    @BeforeEach
    void start() throws Exception {
        serving = new ServingFixture(folder);
        live = serving.adapter(1, 0.1);
        next = serving.adapter(2, 0.2);
        replica = serving.replica(ReplicaKind.SGLANG, sglang.url());
        delivery = serving.delivery(replica);
    }

    @AfterEach
    void stop() {
        serving.close();
        sglang.close();
    }

    @Test
    void adaptersAreLoadedProvenBroughtBackAndTakenAway() throws Exception {
        delivery.load(live);
        delivery.verify(live, null);
        delivery.restore(live.name(), List.of(live), name -> false);
        delivery.load(next);
        Map<String, Double> measured = delivery.verify(next, live.name());

        assertThat(measured).containsEntry("probe.replicas.parity", 1.0);
        assertThat(measured.get("probe.token.error")).isLessThan(1e-6);
        assertThat(measured.get("probe.difference.previous")).isGreaterThan(0.01);

        sglang.forget();
        delivery.restore(next.name(), List.of(next, live), name -> false);
        assertThat(sglang.loaded()).containsExactly(live.name(), next.name());

        delivery.load(next);
        delivery.unload(live.name());
        delivery.unload(live.name());
        assertThat(sglang.loaded()).containsExactly(next.name());
        Answering answering = replica.answering().orElseThrow();
        assertThat(answering).isNotInstanceOf(Answering.InTokens.class);
        assertThat(answering.text(next.name(), List.of(new ChatMessage("user", "hello")), 8, 1.0, 1))
                .isNotNull();
    }

    @Test
    void whatIsNotListedIsAskedAndNotLoadedAgain() throws Exception {
        sglang.listsOnlyItsBase();
        delivery.restore(live.name(), List.of(live), name -> false);
        delivery.restore(live.name(), List.of(live), name -> false);

        assertThat(sglang.loaded()).containsExactly(live.name());
        assertThat(sglang.requests()).containsOnlyOnce("/load_lora_adapter");
    }

    @Test
    void aSuccessThatIsNoneIsNotBelieved() throws Exception {
        sglang.failsInside();
        assertRefused(RejectReason.LOAD_REFUSED, "answered 200 without success: Failed to load LoRA adapter");
    }

    @Test
    void anAdapterThatIsNotAppliedIsFoundOut() {
        sglang.appliesNothing();
        assertRefused(RejectReason.SERVED_OTHERWISE, "computes otherwise than the trainer");
        assertThat(sglang.loaded()).isEmpty();
    }

    @Test
    void aServerWithoutAdaptersIsNamedWithTheRemedy() {
        sglang.withoutAdapters();
        assertRefused(RejectReason.LOAD_REFUSED, "start SGLang with --enable-lora");
    }

    @Test
    void wholeWeightsAreReplacedProvenAndPutBack() throws Exception {
        Delivery weights = serving.delivery(serving.replica(ReplicaKind.SGLANG_WEIGHTS, sglang.url()));
        weights.load(live);
        assertThat(weights.verify(live, null)).containsEntry("probe.replicas.parity", 1.0);
        weights.restore(live.name(), List.of(live), name -> false);
        assertThat(sglang.weightVersion()).isEqualTo(live.name());

        // When the next one is said to be there and is not, then the one before is put back
        sglang.updatesWithoutEffect();
        weights.load(next);
        assertThatThrownBy(() -> weights.verify(next, live.name()))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(RejectReason.SERVED_OTHERWISE));
        assertThat(sglang.weightVersion()).isEqualTo(live.name());

        // And what is taken away leaves the base
        weights.unload(live.name());
        assertThat(sglang.weightVersion()).isEqualTo("default");
    }

    private void assertRefused(RejectReason reason, String detail) {
        assertThatThrownBy(() -> {
                    delivery.load(next);
                    delivery.verify(next, null);
                })
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(reason);
                    assertThat(refused.detail()).contains(sglang.url()).contains(detail);
                });
    }
}
