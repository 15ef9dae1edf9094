package dev.attune.ingest.gateway;

import dev.attune.ingest.gateway.access.Scope;
import dev.attune.ingest.gateway.credential.AccessSettings;
import dev.attune.ingest.gateway.credential.ApiKey;
import dev.attune.ingest.gateway.credential.KeyEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** API keys of a credentials file, for tests. */
final class TestKeys {
    /** The demo tenant's, with every scope: the keys of the configuration do not have admin. */
    static final ApiKey ADMIN = ApiKey.create(new Random(7));

    private static final byte[] SALT = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");

    private TestKeys() {}

    /** As {@code Authorization} has it. */
    static String bearer(ApiKey key) {
        return "Bearer " + key.text();
    }

    /** A file with {@link #ADMIN}. */
    static AccessSettings access() {
        try {
            Path file = Files.createTempFile("keys", ".yaml");
            file.toFile().deleteOnExit();
            Files.writeString(file, "keys:\n" + entry(ADMIN, "demo", EnumSet.allOf(Scope.class), null, null));
            return new AccessSettings(file, List.of(), true, Duration.ofMillis(100));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An entry as an operator might write it. */
    static String entry(
            ApiKey key, String tenant, Set<Scope> scopes, @Nullable Instant notBefore, @Nullable Instant notAfter) {
        KeyEntry entry = KeyEntry.of(key, SALT, tenant, scopes, notBefore, notAfter, "a test");
        return "  - {keyId: \"%s\", tenant: %s, salt: \"%s\", hash: \"%s\", scopes: [%s]%s%s, label: %s}\n"
                .formatted(
                        entry.keyId(),
                        entry.tenant(),
                        entry.salt(),
                        entry.hash(),
                        String.join(", ", entry.scopes()),
                        notBefore == null ? "" : ", notBefore: \"" + notBefore + "\"",
                        notAfter == null ? "" : ", notAfter: \"" + notAfter + "\"",
                        entry.label());
    }
}
