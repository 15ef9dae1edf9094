package dev.attune.publisher.serving;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import dev.attune.publisher.http.RetrySettings;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where versions are served, and what is asked of it. */
public record ServingSettings(
        @Setting(value = "Every replica on its own; none where they are discovered.", byDefault = "[]")
        List<ReplicaSettings> replicas,

        @Setting(
                value = "What serves: vllm, llama_cpp, sglang, sglang_weights, ollama or directory.",
                byDefault = "vllm")
        ReplicaKind kind,

        @Setting(value = "Replicas that Kubernetes knows, in place of a list.", optional = true) @Nullable
        KubernetesSettings discovery,

        @Setting("The model name under which replicas answer with the base.")
        String baseModel,

        @Setting(
                value = "The store's folder as the replicas see it, where that is another path than the publisher's.",
                optional = true)
        @Nullable
        String storeDirectory,

        AdapterLimits adapters,

        ProbeBounds probes,

        @Setting(
                value = "The weakest proof that is enough: parity (with the trainer), effect, or files.",
                byDefault = "parity")
        ProofLevel leastProof,

        @Setting(
                value =
                        "Needed for sglang_weights, whose new weights answer users from the load on and before the proof."
                                + " True says that the replicas have no users then, or that this is accepted.",
                byDefault = "false")
        boolean allowUnprovenWeights,

        RetrySettings retry) {

    public ServingSettings {
        Checks.that(
                replicas.isEmpty() != (discovery == null),
                "replicas",
                discovery == null ? "needs at least one entry" : "must be empty where discovery finds them");
        Checks.notBlank("baseModel", baseModel);
        replicas = List.copyOf(replicas);
        Set<String> urls = new HashSet<>();
        for (int i = 0; i < replicas.size(); i++) {
            String url = replicas.get(i).url();
            Checks.that(urls.add(url), "replicas[" + i + "].url", "'" + url + "' is there twice");
            Checks.that(
                    url.startsWith("file:") == (kind == ReplicaKind.DIRECTORY),
                    "replicas[" + i + "].url",
                    kind == ReplicaKind.DIRECTORY ? "must begin with file:///" : "must begin with http:// or https://");
        }
        Checks.that(
                discovery == null || kind != ReplicaKind.DIRECTORY, "discovery", "finds servers, and no directories");
        Checks.that(
                kind.strongest().compareTo(leastProof) >= 0,
                "leastProof",
                "cannot be " + lower(leastProof) + ": what kind " + lower(kind) + " can prove is "
                        + lower(kind.strongest()) + "; say so here if that is enough");
        Checks.that(
                allowUnprovenWeights || !kind.replacesWeights(),
                "allowUnprovenWeights",
                "has to be true for kind " + lower(kind) + ": new weights answer users from the load on, and are proven"
                        + " only then; take the replicas out of their route for that time, or serve adapters");
        Checks.that(
                !allowUnprovenWeights || kind.replacesWeights(),
                "allowUnprovenWeights",
                "must not be set for kind " + lower(kind) + ", which nobody asks before the proof");
    }

    /** vLLM's replicas, all named. */
    public ServingSettings(
            List<ReplicaSettings> replicas,
            String baseModel,
            @Nullable String storeDirectory,
            AdapterLimits adapters,
            ProbeBounds probes,
            RetrySettings retry) {
        this(
                replicas,
                ReplicaKind.VLLM,
                null,
                baseModel,
                storeDirectory,
                adapters,
                probes,
                ProofLevel.PARITY,
                false,
                retry);
    }

    /** For messages. */
    public String targets() {
        return discovery == null ? replicas.toString() : discovery.toString();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
