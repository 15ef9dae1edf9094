package dev.attune.publisher.serving;

import dev.attune.publisher.http.JsonHttp;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.List;
import java.util.function.Function;

/** Knows which replicas there are now. Safe for several threads. */
public interface ReplicaSource extends AutoCloseable {

    /** A replica stays the same object for as long as it is the same process at the same place. */
    List<Replica> replicas();

    @Override
    default void close() {}

    /** Replicas that stand in the configuration. */
    static ReplicaSource fixed(List<? extends Replica> replicas) {
        List<Replica> all = List.copyOf(replicas);
        return () -> all;
    }

    /**
     * What the configuration says.
     *
     * @throws dev.attune.kit.ConfigException if replicas cannot be discovered
     */
    static ReplicaSource open(ServingSettings settings, JsonHttp http) {
        Function<ReplicaSettings, Replica> factory =
                replica -> settings.kind().replica(replica, settings.baseModel(), http);
        return settings.discovery() == null
                ? fixed(settings.replicas().stream().map(factory).toList())
                : KubernetesReplicas.watch(settings.discovery(), new KubernetesClientBuilder().build(), factory);
    }
}
