package dev.attune.ingest.gateway.access;

import dev.attune.ingest.gateway.privacy.RedactionSettings;
import dev.attune.kit.BearerKeys;
import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.util.List;
import java.util.regex.Pattern;

/** One tenant: who it is, how it proves that, and the secret that its pseudonyms are made with. */
public record TenantSettings(
        @Setting("Its name in every record and key: lower-case letters, digits and '-'.")
        String id,

        @Setting(
                value =
                        "API keys for a quick start, with all scopes but admin: 'sha256:' and the key's SHA-256 in hex, or the"
                                + " key itself, which should then come from the environment: ${NAME}. Others belong into"
                                + " access.keysFile.",
                byDefault = "[]")
        List<String> apiKeys,

        @Setting(
                "Secret of at least 32 characters for pseudonyms of users and ids of prompts. With another secret every user"
                        + " and every prompt is a new one.")
        String secret,

        @Setting("What of its texts is replaced by a placeholder before they are stored.")
        RedactionSettings redaction,

        @Setting("Tokens for feedback from browsers.") FeedbackTokenSettings feedbackTokens,

        @Setting(
                value = "Web origins whose pages may read answers, such as https://chat.example.org; none by default.",
                byDefault = "[]")
        List<String> allowedOrigins,

        @Setting("How many events it may send.") RateSettings rates) {

    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final int LEAST_SECRET_LENGTH = 32;

    public TenantSettings {
        checkId("id", id);
        if (!apiKeys.isEmpty()) {
            BearerKeys.check(apiKeys);
        }
        Checks.that(
                secret.length() >= LEAST_SECRET_LENGTH,
                "secret",
                "must have at least " + LEAST_SECRET_LENGTH + " characters, but has " + secret.length());
        Origins.check(allowedOrigins);
        apiKeys = List.copyOf(apiKeys);
        allowedOrigins = List.copyOf(allowedOrigins);
    }

    /** Without limits, and without anything for browsers. */
    public TenantSettings(String id, List<String> apiKeys, String secret, RedactionSettings redaction) {
        this(id, apiKeys, secret, redaction, FeedbackTokenSettings.off(), List.of(), RateSettings.none());
    }

    /** A tenant whose texts are stored as they come. */
    public TenantSettings(String id, List<String> apiKeys, String secret) {
        this(id, apiKeys, secret, RedactionSettings.OFF);
    }

    /** Refuses what cannot be a tenant's id, by the setting's name. */
    public static void checkId(String setting, String id) {
        Checks.that(
                ID.matcher(id).matches(),
                setting,
                "must be 1 to 63 lower-case letters, digits and '-', beginning with a letter or digit, but is '" + id
                        + "'");
    }

    /** Without the secrets, so that no log has them. */
    @Override
    public String toString() {
        return "TenantSettings[id=" + id + ", apiKeys=" + apiKeys.size() + " hidden, secret=hidden, redaction="
                + redaction + ", feedbackTokens=" + feedbackTokens + ", allowedOrigins=" + allowedOrigins + ", rates="
                + rates + "]";
    }
}
