package dev.attune.publisher.gate.evaluation;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import dev.attune.publisher.http.RetrySettings;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint that is sent {@code {"tenant", "modelId", "version", "servedName", "replicaUrls", "artifactPath"}} and answers
 * {@code {"allow": true or false, "reason": "…"}}. Its answer may take as long as {@code retry.callTimeout}.
 */
public record HookSettings(
        @Setting("Where the candidate is posted.") String url,

        @Setting(value = "Bearer token for it.", optional = true) @Nullable
        String apiKey,

        RetrySettings retry) {

    public HookSettings {
        Checks.that(
                url.startsWith("http://") || url.startsWith("https://"),
                "url",
                "must begin with http:// or https://, but is '" + url + "'");
    }
}
