package dev.attune.publisher.serving;

import dev.attune.kit.Checks;
import dev.attune.kit.ConfigException;
import dev.attune.kit.Setting;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** One serving replica: not a load balancer before several, since a load reaches only whoever answers. */
public record ReplicaSettings(
        @Setting("Its base URL, for example http://vllm-0:8000; of a directory file:///models/adapters.")
        String url,

        @Setting(value = "Bearer token for it.", optional = true) @Nullable
        String apiKey) {

    public ReplicaSettings {
        Checks.that(
                url.startsWith("http://") || url.startsWith("https://") || url.startsWith("file:///"),
                "url",
                "must begin with http:// or https://, but is '" + url + "'");
        try {
            URI parsed = URI.create(url);
            Checks.that(parsed.getHost() != null || url.startsWith("file:"), "url", "names no host: '" + url + "'");
        } catch (IllegalArgumentException e) {
            throw e instanceof ConfigException known ? known : new ConfigException("url", "is no URL: '" + url + "'");
        }
        url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /** A secret does not go into logs. */
    @Override
    public String toString() {
        return url;
    }
}
