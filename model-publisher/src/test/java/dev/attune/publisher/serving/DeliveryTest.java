package dev.attune.publisher.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.artifacts.Probe;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.fake.FakeCheckpoints.Draft;
import dev.attune.publisher.fake.FakeVllm;
import dev.attune.publisher.fake.FakeVllm.Effect;
import dev.attune.publisher.fake.FakeVllm.ErrorShape;
import dev.attune.publisher.http.JsonHttp;
import dev.attune.publisher.http.Retrier;
import dev.attune.publisher.http.RetrySettings;
import dev.attune.publisher.http.StopSignal;
import dev.attune.publisher.metrics.MicrometerPublisherMetrics;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeliveryTest {

    private static final ProbeBounds BOUNDS = new ProbeBounds(2e-4, 1e-3, 5e-4);

    @TempDir
    Path folder;

    private final FakeVllm first = new FakeVllm();
    private final FakeVllm second = new FakeVllm();
    private final JsonHttp http = new JsonHttp(Duration.ofMillis(500), new StopSignal());
    private FakeCheckpoints checkpoints;
    private Delivery delivery;
    private ServedAdapter adapter;

    @BeforeEach
    void start() throws IOException {
        checkpoints = new FakeCheckpoints(folder);
        adapter = adapter(new Draft().step(2).strength(0.2));
        Retrier retrier = new Retrier(
                new RetrySettings(
                        Duration.ofMillis(500), Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofMillis(400)),
                new StopSignal());
        ReplicaGroup replicas = new ReplicaGroup(List.of(replica(first), replica(second)));
        delivery = new Delivery(
                replicas,
                new ReplicaProof(FakeVllm.BASE, BOUNDS),
                retrier,
                new MicrometerPublisherMetrics(new SimpleMeterRegistry(), "acme", "support"));
    }

    @AfterEach
    void stop() {
        http.close();
        first.close();
        second.close();
    }

    @Test
    void loadsAndProvesOnEveryReplica() throws RefusedException {
        delivery.load(adapter);
        Map<String, Double> measured = delivery.verify(adapter, null);

        assertThat(first.loaded()).containsExactly(adapter.name());
        assertThat(second.loaded()).containsExactly(adapter.name());
        assertThat(measured.get("probe.token.error")).isLessThan(1e-6);
        assertThat(measured.get("probe.difference.base")).isGreaterThan(0.05);
    }

    @ParameterizedTest
    @EnumSource(ErrorShape.class)
    void aDuplicateNameOfOursIsTakenWhenItComputesTheRightThing(ErrorShape shape) throws RefusedException {
        first.writesErrors(shape);
        second.writesErrors(shape);
        delivery.load(adapter);

        delivery.load(adapter);
        delivery.verify(adapter, null);

        assertThat(first.requests()).doesNotContain("/v1/unload_lora_adapter");
    }

    @Test
    void aDuplicateNameIsReplacedWhenItComputesSomethingElse() throws RefusedException {
        second.plant(adapter.name(), 3.0);

        delivery.load(adapter);
        Map<String, Double> measured = delivery.verify(adapter, null);

        assertThat(measured.get("probe.token.error")).isLessThan(1e-6);
        assertThat(second.requests()).contains("/v1/unload_lora_adapter");
    }

    @Test
    void aSuccessWithoutEffectIsFoundOut() throws RefusedException {
        second.loadsWith(Effect.NONE);
        delivery.load(adapter);

        assertRefused(() -> delivery.verify(adapter, null), RejectReason.SERVED_OTHERWISE, "does not exist");
        assertNowhereLoaded();
    }

    @Test
    void anAdapterThatIsNotAppliedIsFoundOut() throws RefusedException {
        second.loadsWith(Effect.BASE_ANSWERS);
        delivery.load(adapter);

        assertRefused(
                () -> delivery.verify(adapter, null),
                RejectReason.SERVED_OTHERWISE,
                second.url() + " computes otherwise than the trainer");
        assertNowhereLoaded();
    }

    @Test
    void aStaleAdapterUnderANewNameIsFoundOut() throws Exception {
        ServedAdapter previous = adapter(new Draft().step(1).strength(0.1));
        delivery.load(previous);
        first.loadsWith(Effect.FIRST_ADAPTER_ANSWERS);
        delivery.load(adapter);

        assertRefused(() -> delivery.verify(adapter, previous.name()), RejectReason.SERVED_OTHERWISE, first.url());
        assertThat(first.loaded()).containsExactly(previous.name());
        assertThat(second.loaded()).containsExactly(previous.name());
    }

    @Test
    void answersThatAreAnotherModelsAreNotBelieved() throws RefusedException {
        delivery.load(adapter);
        first.answersAs(FakeVllm.BASE);

        assertRefused(
                () -> delivery.verify(adapter, null), RejectReason.SERVED_OTHERWISE, "answered as '" + FakeVllm.BASE);
    }

    @Test
    void aVersionThatChangesNothingIsNotReleased() throws Exception {
        ServedAdapter nothing = adapter(new Draft().step(3).strength(0.0));
        delivery.load(nothing);
        ServedAdapter same = adapter(new Draft().step(4).strength(0.2));
        delivery.load(adapter);
        delivery.load(same);

        assertRefused(() -> delivery.verify(nothing, null), RejectReason.INDISTINGUISHABLE, "answers as the base does");
        assertRefused(
                () -> delivery.verify(same, adapter.name()),
                RejectReason.INDISTINGUISHABLE,
                "answers as the version before does");
    }

    @Test
    void oneReplicaThatFailsTakesTheAdapterFromTheOthers() {
        second.failsLoads(Integer.MAX_VALUE, 500, "CUDA out of memory");

        assertRefused(
                () -> delivery.load(adapter),
                RejectReason.UNAVAILABLE,
                second.url() + "/v1/load_lora_adapter answered 500: CUDA out of memory (given up after");
        assertNowhereLoaded();
    }

    @ParameterizedTest
    @EnumSource(ErrorShape.class)
    void aRefusalIsNotRepeated(ErrorShape shape) {
        first.writesErrors(shape).failsLoads(1, 400, "LoRA rank 64 is greater than max_lora_rank 16.");

        assertRefused(
                () -> delivery.load(adapter),
                RejectReason.LOAD_REFUSED,
                "answered 400: LoRA rank 64 is greater than max_lora_rank 16.");
        assertNowhereLoaded();
    }

    @Test
    void filesThatArriveLateAndConnectionsThatDropAreWaitedFor() throws RefusedException {
        first.failsLoads(3, 404, "Loading lora x failed: No adapter found for /x");
        second.dropsConnections(3);

        delivery.load(adapter);
        delivery.verify(adapter, null);

        assertThat(first.loaded()).containsExactly(adapter.name());
        assertThat(second.loaded()).containsExactly(adapter.name());
    }

    @Test
    void aServerWithoutAdaptersAtRunTimeIsNamedWithTheRemedy() {
        first.failsLoads(1, 404, "Not Found");

        assertRefused(() -> delivery.load(adapter), RejectReason.LOAD_REFUSED, "VLLM_ALLOW_RUNTIME_LORA_UPDATING=True");
    }

    @Test
    void aReplicaThatHangsIsGivenUp() {
        second.answersAfter(Duration.ofSeconds(2));

        assertRefused(() -> delivery.load(adapter), RejectReason.UNAVAILABLE, second.url());
        assertThat(first.loaded()).isEmpty();
    }

    @Test
    void whatAReplicaForgotComesBackAndWhatIsLeftOverGoes() throws Exception {
        delivery.load(adapter);
        second.forget();
        second.plant("support-v000009-000000000000", 1.0);
        second.plant("someone-elses", 1.0);

        delivery.restore(adapter.name(), List.of(adapter), name -> name.startsWith("support-"));

        assertThat(second.loaded()).containsExactly("someone-elses", adapter.name());
        assertThat(first.loaded()).containsExactly(adapter.name());
        delivery.verify(adapter, null);
    }

    @Test
    void aReplicaThatListsOnlyWhatWasUsedIsNotLoadedTwice() throws Exception {
        first.listsOnlyWhatWasUsed();
        delivery.load(adapter);

        delivery.restore(adapter.name(), List.of(adapter), name -> name.startsWith("support-"));

        assertThat(first.loaded()).containsExactly(adapter.name());
        assertThat(first.requests()).doesNotContain("/v1/unload_lora_adapter");
    }

    private void assertNowhereLoaded() {
        assertThat(first.loaded()).isEmpty();
        assertThat(second.loaded()).isEmpty();
    }

    private static void assertRefused(ThrowingCallable call, RejectReason reason, String detail) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RefusedException.class, refused -> {
            assertThat(refused.detail()).contains(detail);
            assertThat(refused.reason()).isEqualTo(reason);
        });
    }

    private ServedAdapter adapter(Draft draft) throws IOException {
        Candidate candidate = checkpoints.write(draft);
        return new ServedAdapter(
                candidate.servedName(),
                checkpoints.directory(candidate).adapter().toString(),
                Probe.readAll(checkpoints.directory(candidate).probes()));
    }

    private VllmReplica replica(FakeVllm server) {
        return new VllmReplica(new ReplicaSettings(server.url(), null), http);
    }
}
