package dev.attune.publisher.serving;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import dev.attune.publisher.http.RetrySettings;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where versions are served, and what is asked of it. */
public record ServingSettings(
        @Setting("Every replica on its own.") List<ReplicaSettings> replicas,

        @Setting("The model name under which replicas answer with the base.")
        String baseModel,

        @Setting(
                value = "The store's folder as the replicas see it, where that is another path than the publisher's.",
                optional = true)
        @Nullable
        String storeDirectory,

        AdapterLimits adapters,

        ProbeBounds probes,

        RetrySettings retry) {

    public ServingSettings {
        Checks.notEmpty("replicas", replicas);
        Checks.notBlank("baseModel", baseModel);
        replicas = List.copyOf(replicas);
        Set<String> urls = new HashSet<>();
        for (int i = 0; i < replicas.size(); i++) {
            String url = replicas.get(i).url();
            Checks.that(urls.add(url), "replicas[" + i + "].url", "'" + url + "' is there twice");
        }
    }
}
