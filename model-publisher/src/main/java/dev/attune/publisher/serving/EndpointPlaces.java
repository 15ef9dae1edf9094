package dev.attune.publisher.serving;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What EndpointSlices say of where replicas are. */
final class EndpointPlaces {

    private EndpointPlaces() {}

    /**
     * An address and whose it is: another pod may get it later.
     *
     * @param url base URL
     * @param owner UID of the pod; empty where the endpoint is none
     */
    record Place(String url, String owner) implements Comparable<Place> {

        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::url).thenComparing(Place::owner);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    /** Ready and not about to end. An endpoint may be in two slices for a moment: it counts once. */
    static SortedSet<Place> ready(Collection<EndpointSlice> slices, KubernetesSettings settings) {
        SortedSet<Place> places = new TreeSet<>();
        for (EndpointSlice slice : slices) {
            Optional<Integer> port = port(slice, settings.port());
            for (Endpoint endpoint : slice.getEndpoints()) {
                if (port.isPresent()
                        && isReady(endpoint)
                        && !endpoint.getAddresses().isEmpty()) {
                    // Kubernetes leaves open what a second address would mean: the first is the endpoint's.
                    String address = endpoint.getAddresses().getFirst();
                    String host = address.contains(":") ? "[" + address + "]" : address;
                    places.add(new Place(settings.scheme() + "://" + host + ":" + port.get(), owner(endpoint)));
                }
            }
        }
        return places;
    }

    /** What is not said of readiness counts as ready, by the API's definition; of ending, as not ending. */
    private static boolean isReady(Endpoint endpoint) {
        EndpointConditions conditions = endpoint.getConditions();
        return conditions == null
                || (!Boolean.FALSE.equals(conditions.getReady()) && !Boolean.TRUE.equals(conditions.getTerminating()));
    }

    private static Optional<Integer> port(EndpointSlice slice, String name) {
        return slice.getPorts().stream()
                .filter(port -> name.isEmpty() || name.equals(port.getName()))
                .map(EndpointPort::getPort)
                .findFirst();
    }

    private static String owner(Endpoint endpoint) {
        return endpoint.getTargetRef() == null || endpoint.getTargetRef().getUid() == null
                ? ""
                : endpoint.getTargetRef().getUid();
    }
}
