package dev.attune.ingest.gateway.access;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** Tokens that let a browser give feedback on one completion as one user. */
public record FeedbackTokenSettings(
        @Setting(
                value = "Whether a logged completion that names its user is answered with a token.",
                byDefault = "false")
        boolean enabled,

        @Setting(value = "How long a token holds, from the completion's own time on; 1m to 30d.", byDefault = "24h")
        Duration lifetime,

        @Setting(
                value =
                        "Names the key that tokens are signed with; it is derived from the tenant's secret. With another name"
                                + " it is another key.",
                byDefault = "k1")
        String keyId,

        @Setting(value = "Earlier keyIds whose tokens still hold.", byDefault = "[]")
        List<String> earlierKeyIds) {

    private static final Pattern KEY_ID = Pattern.compile("[0-9A-Za-z-]{1,16}");
    private static final Duration LEAST_LIFETIME = Duration.ofMinutes(1);
    private static final Duration MOST_LIFETIME = Duration.ofDays(30);

    public FeedbackTokenSettings {
        Checks.between("lifetime (ms)", lifetime.toMillis(), LEAST_LIFETIME.toMillis(), MOST_LIFETIME.toMillis());
        checkKeyId("keyId", keyId);
        for (int i = 0; i < earlierKeyIds.size(); i++) {
            checkKeyId("earlierKeyIds[" + i + "]", earlierKeyIds.get(i));
        }
        earlierKeyIds = List.copyOf(earlierKeyIds);
    }

    /** No tokens. */
    public static FeedbackTokenSettings off() {
        return new FeedbackTokenSettings(false, Duration.ofDays(1), "k1", List.of());
    }

    private static void checkKeyId(String setting, String keyId) {
        Checks.that(
                KEY_ID.matcher(keyId).matches(),
                setting,
                "must be 1 to 16 letters, digits and '-', but is '" + keyId + "'");
    }
}
