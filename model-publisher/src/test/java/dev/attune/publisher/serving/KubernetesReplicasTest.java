package dev.attune.publisher.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.attune.publisher.fake.FakeVllm;
import dev.attune.publisher.release.RefusedException;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Discovery against an API server that keeps objects and watches, with replicas that answer. */
@EnableKubernetesMockClient(crud = true)
class KubernetesReplicasTest {

    private static final Duration BOUND = Duration.ofSeconds(10);
    private static final KubernetesSettings SETTINGS = new KubernetesSettings("vllm", "serving", "http", "http", null);

    @TempDir
    Path folder;

    private final FakeVllm first = new FakeVllm();
    private final FakeVllm second = new FakeVllm();
    /** Set before each test. */
    KubernetesMockServer server;

    KubernetesClient cluster;

    private KubernetesReplicas replicas;
    private ServingFixture serving;
    private ServedAdapter live;
    private ServedAdapter next;
    private Delivery delivery;

    @BeforeEach
    void start() throws Exception {
        serving = new ServingFixture(folder);
        live = serving.adapter(1, 0.1);
        next = serving.adapter(2, 0.2);
        put(slice("vllm-1", first, ready("pod-a")));
        replicas = KubernetesReplicas.watch(
                SETTINGS, server.createClient(), settings -> serving.replica(ReplicaKind.VLLM, settings.url()));
        delivery = serving.delivery(replicas);
        delivery.restore(live.name(), List.of(live), name -> false);
    }

    @AfterEach
    void stop() {
        replicas.close();
        serving.close();
        first.close();
        second.close();
    }

    @Test
    void aNewPodIsBroughtUpToDateBeforeItCounts() throws Exception {
        assertThat(delivery.replicaUrls()).containsExactly(first.url());
        assertThat(delivery.hasNewReplica()).isFalse();

        put(slice("vllm-2", second, ready("pod-b")));
        await().atMost(BOUND).until(delivery::hasNewReplica);
        delivery.restore(live.name(), List.of(live), name -> false);

        assertThat(second.loaded()).containsExactly(live.name());
        assertThat(delivery.hasNewReplica()).isFalse();
        delivery.load(next);
        assertThat(delivery.verify(next, live.name())).containsEntry("probe.replicas.parity", 2.0);
    }

    @Test
    void aPodThatComesDuringAReleaseGetsAllOfItAndOneThatIsNotReadyYetDoesNotEndIt() throws Exception {
        delivery.load(next);
        put(slice("vllm-2", second, ready("pod-b")));
        await().atMost(BOUND).until(() -> delivery.replicaUrls().size() == 2);

        delivery.verify(next, live.name());
        assertThat(second.loaded()).containsExactly(live.name(), next.name());

        second.forget();
        second.failsLoads(Integer.MAX_VALUE, 503, "starting");
        assertThat(delivery.verify(next, live.name())).containsEntry("probe.replicas.parity", 1.0);
    }

    @Test
    void aPodThatGoesAwayDuringAReleaseIsNoFailureOfIt() throws Exception {
        put(slice("vllm-2", second, ready("pod-b")));
        await().atMost(BOUND).until(delivery::hasNewReplica);
        delivery.restore(live.name(), List.of(live), name -> false);
        delivery.load(next);

        second.close();
        put(slice("vllm-2", second, terminating("pod-b")));
        await().atMost(BOUND).until(() -> delivery.replicaUrls().size() == 1);

        assertThat(delivery.verify(next, live.name())).containsEntry("probe.replicas.parity", 1.0);
    }

    @Test
    void anotherPodAtTheSameAddressIsAnotherReplica() throws Exception {
        first.forget();
        put(slice("vllm-1", first, ready("pod-c")));

        await().atMost(BOUND).until(delivery::hasNewReplica);
        delivery.restore(live.name(), List.of(live), name -> false);

        assertThat(first.loaded()).containsExactly(live.name());
    }

    @Test
    void whatNobodyServesIsNotServedByAll() {
        cluster.discovery()
                .v1()
                .endpointSlices()
                .inNamespace("serving")
                .withName("vllm-1")
                .delete();
        await().atMost(BOUND).until(() -> delivery.replicaUrls().isEmpty());

        assertThatThrownBy(() -> delivery.load(next))
                .isInstanceOf(RefusedException.class)
                .hasMessage("no replica is there");
    }

    @Test
    void onlyReadyEndpointsOfThePortCountAndEachOnce() {
        EndpointSlice mixed = new EndpointSliceBuilder(slice("vllm-1", first, ready("pod-a")))
                .addToEndpoints(
                        new EndpointBuilder().withAddresses("10.0.0.2").build(),
                        new EndpointBuilder()
                                .withAddresses("10.0.0.3")
                                .withNewConditions()
                                .withReady(false)
                                .endConditions()
                                .build(),
                        new EndpointBuilder().withAddresses("fd00::4").build())
                .build();
        int port = URI.create(first.url()).getPort();

        assertThat(EndpointPlaces.ready(List.of(mixed, mixed), SETTINGS))
                .extracting(EndpointPlaces.Place::url)
                .containsExactly("http://10.0.0.2:" + port, first.url(), "http://[fd00::4]:" + port);
        assertThat(EndpointPlaces.ready(
                        List.of(mixed), new KubernetesSettings("vllm", "serving", "metrics", "http", null)))
                .isEmpty();
    }

    private void put(EndpointSlice slice) {
        cluster.resource(slice).createOr(existing -> existing.update());
    }

    private static EndpointSlice slice(String name, FakeVllm vllm, Endpoint endpoint) {
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("serving")
                .withLabels(Map.of("kubernetes.io/service-name", "vllm"))
                .endMetadata()
                .withAddressType("IPv4")
                .addNewPort()
                .withName("http")
                .withPort(URI.create(vllm.url()).getPort())
                .endPort()
                .withEndpoints(endpoint)
                .build();
    }

    private static Endpoint ready(String pod) {
        return endpoint(pod, true);
    }

    private static Endpoint terminating(String pod) {
        return endpoint(pod, false);
    }

    private static Endpoint endpoint(String pod, boolean ready) {
        return new EndpointBuilder()
                .withAddresses("127.0.0.1")
                .withNewConditions()
                .withReady(ready)
                .withServing(true)
                .withTerminating(!ready)
                .endConditions()
                .withNewTargetRef()
                .withKind("Pod")
                .withUid(pod)
                .endTargetRef()
                .build();
    }
}
