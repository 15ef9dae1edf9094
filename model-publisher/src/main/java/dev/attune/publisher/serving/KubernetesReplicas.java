package dev.attune.publisher.serving;

import dev.attune.kit.ConfigException;
import dev.attune.publisher.serving.EndpointPlaces.Place;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ready endpoints of a Kubernetes service, kept up to date by a watch. While the API server is away, those that were known
 * last are believed to be there.
 */
public final class KubernetesReplicas implements ReplicaSource {

    private static final Logger LOG = LoggerFactory.getLogger(KubernetesReplicas.class);
    private static final String SERVICE_LABEL = "kubernetes.io/service-name";

    private final KubernetesSettings settings;
    private final KubernetesClient client;
    private final Function<ReplicaSettings, Replica> factory;
    private final SharedIndexInformer<EndpointSlice> slices;
    private final Map<Place, Replica> known = new HashMap<>();

    private KubernetesReplicas(
            KubernetesSettings settings,
            KubernetesClient client,
            Function<ReplicaSettings, Replica> factory,
            SharedIndexInformer<EndpointSlice> slices) {
        this.settings = settings;
        this.client = client;
        this.factory = factory;
        this.slices = slices;
    }

    /**
     * Lists the endpoints, and watches them from then on.
     *
     * @param client is closed with this
     * @param factory makes a replica of an address
     * @throws ConfigException if the endpoints cannot be listed
     */
    public static KubernetesReplicas watch(
            KubernetesSettings settings, KubernetesClient client, Function<ReplicaSettings, Replica> factory) {
        String namespace = settings.namespace().isEmpty() ? client.getNamespace() : settings.namespace();
        try {
            SharedIndexInformer<EndpointSlice> slices = client.discovery()
                    .v1()
                    .endpointSlices()
                    .inNamespace(namespace)
                    .withLabel(SERVICE_LABEL, settings.service())
                    .inform();
            return new KubernetesReplicas(settings, client, factory, slices);
        } catch (KubernetesClientException e) {
            client.close();
            throw new ConfigException(
                    "discovery",
                    "cannot list the EndpointSlices of " + settings.service() + " in namespace " + namespace
                            + " (the service account needs get, list and watch on endpointslices in discovery.k8s.io): "
                            + e.getMessage());
        }
    }

    @Override
    public synchronized List<Replica> replicas() {
        SortedSet<Place> places = EndpointPlaces.ready(slices.getStore().list(), settings);
        known.keySet().removeIf(place -> {
            if (!places.contains(place)) {
                LOG.info("{} is no longer ready", place.url());
                return true;
            }
            return false;
        });
        List<Replica> replicas = new ArrayList<>(places.size());
        for (Place place : places) {
            replicas.add(known.computeIfAbsent(place, added -> {
                LOG.info("{} is ready", added.url());
                return factory.apply(new ReplicaSettings(added.url(), settings.apiKey()));
            }));
        }
        return replicas;
    }

    @Override
    public void close() {
        slices.close();
        client.close();
    }
}
