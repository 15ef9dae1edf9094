package dev.attune.publisher.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.publisher.fake.FakeVllm;
import dev.attune.publisher.fake.FakeVllm.Effect;
import dev.attune.publisher.fake.VllmFault;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** Why a fault has to end the delivery; without a reason the delivery has to get over it. */
    private static Optional<RejectReason> ends(VllmFault fault) {
        return switch (fault) {
            case OLD_ERROR_SHAPE, NEW_ERROR_SHAPE -> Optional.of(RejectReason.LOAD_REFUSED);
            case FAILS_FOR_EVER, HANGS -> Optional.of(RejectReason.UNAVAILABLE);
            case SUCCESS_WITHOUT_EFFECT,
                    NOT_APPLIED,
                    ANOTHER_ADAPTER_ANSWERS,
                    ANSWERS_UNDER_ANOTHER_NAME,
                    RESTARTS_AGAIN_AND_AGAIN -> Optional.of(RejectReason.SERVED_OTHERWISE);
            case SILENT_EVICTION -> Optional.of(RejectReason.PREVIOUS_DISTURBED);
            case LISTED_AFTER_FIRST_USE,
                    MOUNT_LAG,
                    MOUNT_LAG_IN_THE_NEW_SHAPE,
                    CONNECTIONS_DROP,
                    RESTARTS_AND_FORGETS -> Optional.empty();
        };
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
    void endsAsItShould(VllmFault fault) throws RefusedException {
        Optional<RejectReason> reason = ends(fault);
        fault.on(faulty);

        if (reason.isPresent()) {
            assertThatThrownBy(this::deliver).isInstanceOfSatisfying(RefusedException.class, refused -> {
                assertThat(refused.reason()).isEqualTo(reason.get());
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

    /** To load it again would not help, and its users would be without it meanwhile. */
    @Test
    void whatAnswersUnderAnotherNameIsNamedAndNotTakenFromItsUsers() {
        faulty.answersAs(FakeVllm.BASE);

        assertThatThrownBy(() -> delivery.restore(live.name(), List.of(live), name -> false))
                .hasMessage(faulty.url() + " was asked for model '" + live.name() + "' and answered as 'base'");

        assertThat(faulty.requests()).doesNotContain("/v1/unload_lora_adapter");
        assertThat(faulty.loaded()).containsExactly(live.name());
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
