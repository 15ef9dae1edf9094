package dev.attune.publisher.store.s3;

import dev.attune.kit.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a service honours {@code If-None-Match} and {@code If-Match} on writes. Some take the headers and ignore them:
 * there two publishers would overwrite each other, so it is tried on an object of its own before anything is stored.
 */
public final class S3Conditions {

    private static final Logger LOG = LoggerFactory.getLogger(S3Conditions.class);

    private S3Conditions() {}

    /**
     * Tries both.
     *
     * @throws ConfigException naming the header that is ignored
     * @throws IOException if the service does not answer, or refuses the writes as such
     */
    public static void require(S3Bucket bucket) throws IOException {
        String name = "condition-checks/" + UUID.randomUUID();
        try {
            String first = bucket.putIfAbsent(name, text("first"))
                    .orElseThrow(() -> new IOException("a new object was refused in " + bucket.place()));
            if (bucket.putIfAbsent(name, text("over the first")).isPresent()) {
                throw ignored(bucket, "If-None-Match", "wrote over an object that a write with 'If-None-Match: *' met");
            }
            Optional<String> second = bucket.putIfMatches(name, text("second"), first);
            if (second.isEmpty()) {
                throw ignored(bucket, "If-Match", "refused a write that named the object's own ETag");
            }
            if (bucket.putIfMatches(name, text("third"), first).isPresent()) {
                throw ignored(bucket, "If-Match", "took a write that named an ETag which the object no longer had");
            }
        } finally {
            delete(bucket, name);
        }
    }

    private static ConfigException ignored(S3Bucket bucket, String header, String what) {
        return new ConfigException(
                "store",
                bucket.place() + " does not honour " + header + ": it " + what
                        + ". Without it two publishers would overwrite each other; use a service that honours"
                        + " conditional writes");
    }

    private static void delete(S3Bucket bucket, String name) {
        try {
            bucket.delete(name);
        } catch (IOException e) {
            LOG.warn("the object of the condition check stays: {}", e.getMessage());
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
