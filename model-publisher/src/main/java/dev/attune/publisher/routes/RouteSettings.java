package dev.attune.publisher.routes;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A weighted route for gateways with the Gateway API's inference extension. */
public record RouteSettings(
        @Setting(
                "File that the InferenceModelRewrite is written to, as a whole, with each change: for kubectl or a GitOps tool.")
        Path file,

        @Setting("Name of the InferenceModelRewrite.") String name,

        @Setting(value = "Its namespace.", byDefault = "default")
        String namespace,

        @Setting("Name of the InferencePool that the replicas are in.")
        String pool,

        @Setting("The model name that clients ask for, and that stands for whatever serves.")
        String model,

        @Setting(
                value = "API version of InferenceModelRewrite, which is alpha and moves: as the cluster has it.",
                byDefault = "inference.networking.x-k8s.io/v1alpha2")
        String apiVersion) {

    /** Kubernetes' names of objects: RFC 1123 subdomains. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    public RouteSettings {
        name("name", name);
        name("namespace", namespace);
        name("pool", pool);
        Checks.notBlank("model", model);
        Checks.notBlank("apiVersion", apiVersion);
    }

    private static void name(String setting, String value) {
        Checks.that(
                NAME.matcher(value).matches(),
                setting,
                "must be lower-case letters, digits, '-' and '.', but is '" + value + "'");
    }
}
