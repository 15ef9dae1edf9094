package dev.attune.publisher.store.pointer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.attune.artifacts.Digests;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the pointer says: which versions of a model serve.
 *
 * @param format {@value #FORMAT}
 * @param epoch of the publisher that wrote it: each that starts takes the next
 * @param owner that publisher, for people
 * @param stable what users get; null before the first promotion
 * @param canary what some of them get instead; null where there is none
 * @param movedAt when this was written
 */
public record Champion(
        int format,
        String tenant,
        String modelId,
        long epoch,
        String owner,
        @Nullable Version stable,
        @Nullable Canary canary,
        Instant movedAt) {

    static final int FORMAT = 1;

    /** Fields that a later version of this code writes are no reason to stop. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /**
     * A version that was proven.
     *
     * @param servedName its name in serving
     * @param artifactSha256 where it lies in the store
     */
    public record Version(String version, String servedName, String artifactSha256) {

        public Version {
            if (!Digests.isSha256(artifactSha256)) {
                throw new IllegalArgumentException("not an artifact digest: " + artifactSha256);
            }
        }
    }

    /**
     * A version that some users get.
     *
     * @param share of users, above 0 and at most 1
     * @param salt of the hash that decides which users: it stays while the canary runs
     */
    public record Canary(Version version, double share, String salt) {

        public Canary {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException("a canary's share is above 0 and at most 1, not " + share);
            }
        }
    }

    /** Whether both say the same of what serves. */
    boolean servesAs(Champion other) {
        return Objects.equals(stable, other.stable) && Objects.equals(canary, other.canary);
    }

    byte[] toJson() {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
        } catch (IOException e) {
            throw new IllegalStateException("a pointer can always be written", e);
        }
    }

    /** @param place named in errors */
    static Champion parse(String place, byte[] json) throws IOException {
        try {
            Champion champion = JSON.readValue(json, Champion.class);
            if (champion.format() != FORMAT) {
                throw new IOException(
                        "the pointer " + place + " has format " + champion.format() + ", this reads " + FORMAT);
            }
            return champion;
        } catch (JsonProcessingException e) {
            throw new IOException("the pointer " + place + " cannot be read: " + e.getOriginalMessage(), e);
        }
    }
}
