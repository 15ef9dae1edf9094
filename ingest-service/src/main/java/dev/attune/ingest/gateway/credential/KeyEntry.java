package dev.attune.ingest.gateway.credential;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.attune.ingest.gateway.access.Scope;
import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One API key as a credentials file holds it: everything but the secret. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record KeyEntry(
        @Setting("The public half of the key.") String keyId,
        @Setting("The tenant that it stands for.") String tenant,

        @Setting("16 random bytes in hex, of this key alone.")
        String salt,

        @Setting("HMAC-SHA256 of the secret under the salt, in hex.")
        String hash,

        @Setting("What it allows: write-completions, write-feedback, read, admin.")
        List<String> scopes,

        @Setting(value = "It is refused before this time (ISO 8601).", optional = true) @Nullable
        String notBefore,

        @Setting(value = "It is refused from this time on (ISO 8601).", optional = true) @Nullable
        String notAfter,

        @Setting(value = "Who has it, for people.", byDefault = "\"\"")
        String label) {

    public KeyEntry {
        Checks.that(ApiKey.isKeyId(keyId), "keyId", "must be 10 letters and digits");
        Checks.notBlank("tenant", tenant);
        hex("salt", salt, ApiKey.SALT_BYTES);
        hex("hash", hash, ApiKey.HASH_BYTES);
        Checks.notEmpty("scopes", scopes);
        for (int i = 0; i < scopes.size(); i++) {
            Checks.that(
                    Scope.ofTitle(scopes.get(i)).isPresent(), "scopes[" + i + "]", "must be one of " + Scope.titles());
        }
        Instant from = instant("notBefore", notBefore, Instant.MIN);
        Instant until = instant("notAfter", notAfter, Instant.MAX);
        Checks.that(from.isBefore(until), "notAfter", "must be later than notBefore");
        scopes = List.copyOf(scopes);
    }

    /** The entry of a new key. */
    public static KeyEntry of(
            ApiKey key,
            byte[] salt,
            String tenant,
            Set<Scope> scopes,
            @Nullable Instant notBefore,
            @Nullable Instant notAfter,
            String label) {
        return new KeyEntry(
                key.keyId(),
                tenant,
                HexFormat.of().formatHex(salt),
                HexFormat.of().formatHex(key.hash(salt)),
                scopes.stream().map(Scope::title).toList(),
                notBefore == null ? null : notBefore.toString(),
                notAfter == null ? null : notAfter.toString(),
                label);
    }

    Set<Scope> scopeSet() {
        Set<Scope> set = EnumSet.noneOf(Scope.class);
        scopes.forEach(title -> Scope.ofTitle(title).ifPresent(set::add));
        return set;
    }

    /** The first instant at which it is accepted. */
    public Instant from() {
        return instant("notBefore", notBefore, Instant.MIN);
    }

    /** The first instant at which it is refused again. */
    public Instant until() {
        return instant("notAfter", notAfter, Instant.MAX);
    }

    private static void hex(String setting, String value, int bytes) {
        Checks.that(
                value.matches("[0-9a-f]{" + 2 * bytes + "}"),
                setting,
                "must be " + 2 * bytes + " lower-case hex digits");
    }

    private static Instant instant(String setting, @Nullable String text, Instant byDefault) {
        try {
            return text == null ? byDefault : Instant.parse(text);
        } catch (DateTimeParseException _) {
            Checks.that(false, setting, "must be a time such as 2027-01-31T00:00:00Z, but is '" + text + "'");
            return byDefault;
        }
    }
}
