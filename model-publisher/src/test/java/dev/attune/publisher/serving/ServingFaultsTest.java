package dev.attune.publisher.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.publisher.fake.FakeVllm;
import dev.attune.publisher.fake.FakeVllm.Effect;
import dev.attune.publisher.fake.FakeVllm.ErrorShape;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every fault of vLLM that is known, on one of three replicas, while a version is live and the next one is delivered. */
class ServingFaultsTest {

    @TempDir
    Path folder;

    private final FakeVllm first = new FakeVllm();
    private final FakeVllm faulty = new FakeVllm();
    private final FakeVllm third = new FakeVllm();
    private ServingFixture serving;
    private ServedAdapter live;
    private ServedAdapter next;
    private Delivery delivery;

    /** A fault, and why it has to end the delivery; without a reason the delivery has to get over it. */
    enum Fault {
        OLD_ERROR_SHAPE(RejectReason.LOAD_REFUSED),
        NEW_ERROR_SHAPE(RejectReason.LOAD_REFUSED),
        FAILS_FOR_EVER(RejectReason.UNAVAILABLE),
        SUCCESS_WITHOUT_EFFECT(RejectReason.SERVED_OTHERWISE),
        NOT_APPLIED(RejectReason.SERVED_OTHERWISE),
        ANOTHER_ADAPTER_ANSWERS(RejectReason.SERVED_OTHERWISE),
        ANSWERS_UNDER_ANOTHER_NAME(RejectReason.SERVED_OTHERWISE),
        SILENT_EVICTION(RejectReason.PREVIOUS_DISTURBED),
        HANGS(RejectReason.UNAVAILABLE),
        RESTARTS_AGAIN_AND_AGAIN(RejectReason.SERVED_OTHERWISE),
        LISTED_AFTER_FIRST_USE(null),
        MOUNT_LAG(null),
        MOUNT_LAG_IN_THE_NEW_SHAPE(null),
        CONNECTIONS_DROP(null),
        RESTARTS_AND_FORGETS(null);

        private final Optional<RejectReason> reason;

        Fault(@Nullable RejectReason reason) {
            this.reason = Optional.ofNullable(reason);
        }

        private void on(FakeVllm vllm) {
            switch (this) {
                case OLD_ERROR_SHAPE ->
                    vllm.writesErrors(ErrorShape.TOP_LEVEL).failsLoads(1, 400, "rank 64 is greater than 16");
                case NEW_ERROR_SHAPE ->
                    vllm.writesErrors(ErrorShape.NESTED).failsLoads(1, 400, "rank 64 is greater than 16");
                case FAILS_FOR_EVER -> vllm.failsLoads(Integer.MAX_VALUE, 500, "CUDA out of memory");
                case SUCCESS_WITHOUT_EFFECT -> vllm.loadsWith(Effect.NONE);
                case NOT_APPLIED -> vllm.loadsWith(Effect.BASE_ANSWERS);
                case ANOTHER_ADAPTER_ANSWERS -> vllm.loadsWith(Effect.FIRST_ADAPTER_ANSWERS);
                case ANSWERS_UNDER_ANOTHER_NAME -> vllm.answersAs(FakeVllm.BASE);
                case SILENT_EVICTION -> vllm.evictsSilently(1);
                case HANGS -> vllm.answersAfter(Duration.ofMinutes(1));
                case RESTARTS_AGAIN_AND_AGAIN -> vllm.restartsAfterLoads(Integer.MAX_VALUE);
                case LISTED_AFTER_FIRST_USE -> vllm.listsOnlyWhatWasUsed();
                case MOUNT_LAG -> vllm.seesFilesLate(3);
                case MOUNT_LAG_IN_THE_NEW_SHAPE ->
                    vllm.writesErrors(ErrorShape.NESTED).seesFilesLate(3);
                case CONNECTIONS_DROP -> vllm.dropsConnections(2);
                case RESTARTS_AND_FORGETS -> vllm.restartsAfterLoads(1);
            }
        }
    }

    @BeforeEach
    void oneVersionIsLive() throws Exception {
        serving = new ServingFixture(folder);
        live = serving.adapter(1, 0.1);
        next = serving.adapter(2, 0.2);
        delivery = serving.delivery(
                serving.replica(ReplicaKind.VLLM, first.url()),
                serving.replica(ReplicaKind.VLLM, faulty.url()),
                serving.replica(ReplicaKind.VLLM, third.url()));
        delivery.load(live);
        delivery.verify(live, null);
        delivery.restore(live.name(), List.of(live), name -> false);
    }

    @AfterEach
    void stop() {
        serving.close();
        first.close();
        faulty.close();
        third.close();
    }

    @ParameterizedTest
    @EnumSource
    void endsAsItShould(Fault fault) throws RefusedException {
        fault.on(faulty);

        if (fault.reason.isPresent()) {
            assertThatThrownBy(this::deliver).isInstanceOfSatisfying(RefusedException.class, refused -> {
                assertThat(refused.reason()).isEqualTo(fault.reason.get());
                assertThat(refused.detail()).contains(faulty.url()).doesNotContain(first.url(), third.url());
            });
            // All or nothing, and users have what they had
            assertThat(first.loaded()).containsExactly(live.name());
            assertThat(third.loaded()).containsExactly(live.name());
            assertThat(faulty.loaded()).doesNotContain(next.name());
        } else {
            Map<String, Double> measured = deliver();
            assertThat(measured)
                    .containsEntry("probe.replicas.parity", 3.0)
                    .containsKeys("probe.difference.base", "probe.difference.previous");
            assertThat(measured.get("probe.token.error")).isLessThan(1e-6);
            assertThat(faulty.loaded()).containsExactly(live.name(), next.name());
        }
    }

    @Test
    void aNameThatWasUsedBeforeWouldAnswerWithWhatItHadThen() throws Exception {
        // Given something else under the next version's name, which is found out and replaced; but its prefixes are
        // cached
        faulty.servesStalePrefixes().plant(next.name(), 3.0);

        assertThatThrownBy(this::deliver).isInstanceOfSatisfying(RefusedException.class, refused -> {
            assertThat(refused.reason()).isEqualTo(RejectReason.SERVED_OTHERWISE);
            assertThat(refused.detail()).startsWith(faulty.url() + " computes otherwise than the trainer");
        });
        assertThat(faulty.loaded()).containsExactly(live.name());

        // While under a new name the cache does no harm
        ServedAdapter renamed = serving.adapter(3, 0.3);
        delivery.load(renamed);
        assertThat(delivery.verify(renamed, live.name())).containsEntry("probe.replicas.parity", 3.0);
    }

    @Test
    void whatUsersGetIsBroughtBackAtOnceWhereTheLoadDroveItOut() {
        faulty.evictsSilently(1);

        assertThatThrownBy(this::deliver).hasMessageContaining(faulty.url() + " lost " + live.name());

        assertThat(faulty.loaded()).containsExactly(live.name());
    }

    @Test
    void everyReplicaThatFailsIsNamed() {
        faulty.loadsWith(Effect.BASE_ANSWERS);
        third.answersAs("someone");

        assertThatThrownBy(this::deliver).hasMessageContaining(faulty.url()).hasMessageContaining(third.url());
    }

    @Test
    void whatDoesNotComputeAsItShouldAfterARestartIsNotCountedAsBroughtBack() {
        faulty.loadsWith(Effect.BASE_ANSWERS).forget();

        assertThatThrownBy(() -> delivery.restore(live.name(), List.of(live), name -> false))
                .hasMessage(faulty.url() + " does not compute what it should with " + live.name());
        assertThat(first.loaded()).containsExactly(live.name());
    }

    @Test
    void aVersionThatIsListedAndDoesNotAnswerIsLoadedAgain() throws Exception {
        faulty.forget();
        faulty.plant(live.name(), 0.0);

        delivery.restore(live.name(), List.of(live), name -> false);

        assertThat(faulty.requests()).contains("/v1/unload_lora_adapter");
        deliver();
    }

    private Map<String, Double> deliver() throws RefusedException {
        delivery.load(next);
        return delivery.verify(next, live.name());
    }
}
