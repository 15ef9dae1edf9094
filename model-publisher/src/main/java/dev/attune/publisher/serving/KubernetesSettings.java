package dev.attune.publisher.serving;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import org.jspecify.annotations.Nullable;

/** Replicas that Kubernetes knows: the ready endpoints of a service, each on its own. */
public record KubernetesSettings(
        @Setting("The service whose EndpointSlices name the replicas.")
        String service,

        @Setting(value = "Its namespace; empty for the publisher's own.", byDefault = "\"\"")
        String namespace,

        @Setting(value = "Name of the endpoints' port; empty where there is only one.", byDefault = "\"\"")
        String port,

        @Setting(value = "http or https.", byDefault = "http")
        String scheme,

        @Setting(value = "Bearer token for all of them.", optional = true) @Nullable
        String apiKey) {

    public KubernetesSettings {
        Checks.notBlank("service", service);
        Checks.that(
                scheme.equals("http") || scheme.equals("https"),
                "scheme",
                "must be http or https, but is '" + scheme + "'");
    }

    /** A secret does not go into logs. */
    @Override
    public String toString() {
        return "service " + (namespace.isEmpty() ? "" : namespace + "/") + service;
    }
}
