package dev.attune.kit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who an API key belongs to. Only digests are held: a key cannot be read out of this process's memory dump or logs.
 *
 * @param <T> whoever a key stands for
 */
public final class BearerKeys<T> {
    private static final String DIGEST_PREFIX = "sha256:";
    private static final String SCHEME = "Bearer ";
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-fA-F]{64}");
    private static final int LEAST_KEY_LENGTH = 16;

    private final Map<String, T> ownersByDigest = new HashMap<>();

    /** What came of an {@code Authorization} header. */
    public sealed interface Outcome<T> {
        record Known<T>(T owner) implements Outcome<T> {}

        /** @param detail what is wrong with the header, for the client */
        record Refused<T>(String detail) implements Outcome<T> {}
    }

    /** Refuses keys of a form that cannot be meant, by the name {@code apiKeys[i]}. */
    public static void check(List<String> keys) {
        Checks.notEmpty("apiKeys", keys);
        for (int i = 0; i < keys.size(); i++) {
            String key = keys.get(i);
            // The key itself stays out of the message.
            Checks.that(
                    key.startsWith(DIGEST_PREFIX) ? DIGEST.matcher(key).matches() : key.length() >= LEAST_KEY_LENGTH,
                    "apiKeys[" + i + "]",
                    "must be 'sha256:' and 64 hex digits, or a key of at least " + LEAST_KEY_LENGTH + " characters");
        }
    }

    /** @param setting names the owner's settings, for the refusal of a key that is another's already */
    public void add(String setting, List<String> keys, T owner) {
        for (int k = 0; k < keys.size(); k++) {
            T before = ownersByDigest.putIfAbsent(configuredDigest(keys.get(k)), owner);
            Checks.that(
                    before == null || before.equals(owner),
                    setting + ".apiKeys[" + k + "]",
                    "is also a key of another tenant: a key stands for one tenant");
        }
    }

    public Outcome<T> authenticate(@Nullable String authorization) {
        if (authorization == null) {
            return new Outcome.Refused<>("send your API key as 'Authorization: Bearer <key>'");
        }
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return new Outcome.Refused<>("the Authorization header must be 'Bearer <key>', another scheme was sent");
        }
        // Looked up by digest: the time that it takes says nothing about the key.
        T owner = ownersByDigest.get(
                digest(authorization.substring(SCHEME.length()).strip()));
        return owner == null ? new Outcome.Refused<>("this API key is not known here") : new Outcome.Known<>(owner);
    }

    private static String configuredDigest(String key) {
        return key.startsWith(DIGEST_PREFIX)
                ? key.substring(DIGEST_PREFIX.length()).toLowerCase(Locale.ROOT)
                : digest(key);
    }

    private static String digest(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
