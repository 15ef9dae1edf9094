package dev.attune.ingest.gateway.credential;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How callers prove who they are, beside the keys that stand at a tenant. */
public record AccessSettings(
        @Setting(value = "File of API keys, as './attune keys' writes it. Read again when it changes.", optional = true)
        @Nullable
        Path keysFile,

        @Setting(value = "OpenID providers whose tokens are credentials.", byDefault = "[]")
        List<OidcSettings> oidc,

        @Setting(
                value =
                        "Whether an API key from a browser (with an Origin) is refused: pages get feedback tokens instead.",
                byDefault = "true")
        boolean refuseKeysFromBrowsers,

        @Setting(
                value =
                        "How often files of keys and certificates are looked at: a change counts after at most this long.",
                byDefault = "5s")
        Duration reloadInterval) {

    private static final Duration LEAST_INTERVAL = Duration.ofMillis(50);
    private static final Duration MOST_INTERVAL = Duration.ofMinutes(10);

    public AccessSettings {
        Set<String> issuers = new HashSet<>();
        for (int i = 0; i < oidc.size(); i++) {
            Checks.that(
                    issuers.add(oidc.get(i).issuer()), "oidc[" + i + "].issuer", "is that of another entry already");
        }
        oidc = List.copyOf(oidc);
        Checks.between(
                "reloadInterval (ms)", reloadInterval.toMillis(), LEAST_INTERVAL.toMillis(), MOST_INTERVAL.toMillis());
    }

    /** Whether there is a credential that does not stand at a tenant. */
    public boolean isEmpty() {
        return keysFile == null && oidc.isEmpty();
    }

    /** Nothing but the keys of the tenants. */
    public static AccessSettings none() {
        return new AccessSettings(null, List.of(), true, Duration.ofSeconds(5));
    }
}
