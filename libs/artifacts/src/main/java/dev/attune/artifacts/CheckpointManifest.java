package dev.attune.artifacts;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code manifest.json} of a checkpoint: it names every other file with digest and size, so that its own digest, the
 * <em>artifact digest</em>, stands for all of them. Unknown fields are refused: whoever adds one raises {@code format}.
 *
 * @param format {@value #FORMAT} when written; {@value #ADAPTERS_ONLY} says nothing of the kind
 * @param kind what it holds
 * @param modelId the model that is being trained
 * @param step steps since the base
 * @param parent version that training went on from, or null for the base
 * @param base the base model
 * @param configDigest SHA-256 of the trainer's configuration
 * @param offsets next offset to read, by {@code topic-partition}: the input that this checkpoint contains
 * @param files every other file, by path relative to the directory, with forward slashes
 * @param evaluation finite numbers by name
 * @param createdAt when it was written
 */
@JsonPropertyOrder({
    "format",
    "kind",
    "modelId",
    "step",
    "parent",
    "base",
    "configDigest",
    "offsets",
    "files",
    "evaluation",
    "createdAt"
})
public record CheckpointManifest(
        @JsonProperty(required = true) int format,
        @JsonProperty(required = true) ArtifactKind kind,
        @JsonProperty(required = true) String modelId,
        @JsonProperty(required = true) long step,
        @Nullable String parent,
        @JsonProperty(required = true) Base base,
        @JsonProperty(required = true) String configDigest,
        @JsonProperty(required = true) SortedMap<String, Long> offsets,
        @JsonProperty(required = true) SortedMap<String, FileEntry> files,
        @JsonProperty(required = true) SortedMap<String, Double> evaluation,
        @JsonProperty(required = true) Instant createdAt) {

    /** The format that this code writes. */
    public static final int FORMAT = 2;

    private static final int ADAPTERS_ONLY = 1;

    /**
     * The base model.
     *
     * @param name as configured in the trainer
     * @param revision {@link BaseRevision} of its files
     */
    public record Base(String name, String revision) {

        public Base {
            requireText("base.name", name);
            requireDigest("base.revision", revision);
        }
    }

    /**
     * One file.
     *
     * @param sha256 digest in 64 hexadecimal digits
     * @param bytes its size
     */
    public record FileEntry(String sha256, long bytes) {

        public FileEntry {
            requireDigest("sha256", sha256);
            if (bytes < 0) {
                throw new IllegalArgumentException("bytes is not negative: " + bytes);
            }
        }
    }

    public CheckpointManifest {
        if (format != FORMAT && format != ADAPTERS_ONLY) {
            throw new IllegalArgumentException(
                    "format " + format + " is not known, this reads " + ADAPTERS_ONLY + " and " + FORMAT);
        }
        require("kind", kind);
        if (format == ADAPTERS_ONLY && kind != ArtifactKind.ADAPTER) {
            throw new IllegalArgumentException("format " + ADAPTERS_ONLY + " is of adapters only");
        }
        requireText("modelId", modelId);
        if (step < 0) {
            throw new IllegalArgumentException("step is not negative: " + step);
        }
        if (parent != null) {
            CheckpointVersion.parse(parent);
        }
        require("base", base);
        requireDigest("configDigest", configDigest);
        require("createdAt", createdAt);
        offsets = copy("offsets", offsets);
        files = copy("files", files);
        evaluation = copy("evaluation", evaluation);
        CheckpointPaths.check(files.keySet());
        evaluation.forEach((name, value) -> {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("evaluation '" + name + "' is not a finite number: " + value);
            }
        });
    }

    /** The files of {@link #files} that a release is made of: all but the trainer's own. */
    public SortedMap<String, FileEntry> released() {
        SortedMap<String, FileEntry> released = new TreeMap<>(files);
        released.keySet().removeIf(path -> path.startsWith(CheckpointDirectory.TRAINER_STATE));
        return Collections.unmodifiableSortedMap(released);
    }

    /** The bytes of the file; the same manifest gives the same bytes. */
    public byte[] toJson() {
        try {
            return ArtifactJson.STRICT.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
        } catch (IOException e) {
            throw new IllegalStateException("a manifest can always be written", e);
        }
    }

    /**
     * Reads a manifest.
     *
     * @param source named in errors
     * @throws BrokenArtifactException if it is not a manifest of a known format
     */
    public static CheckpointManifest parse(Path source, byte[] json) throws IOException {
        JsonNode manifest = ArtifactJson.parse(ArtifactJson.STRICT, source, json, JsonNode.class);
        if (manifest instanceof ObjectNode old && old.path("format").asInt() == ADAPTERS_ONLY && !old.has("kind")) {
            old.put("kind", "adapter");
        }
        return ArtifactJson.parse(ArtifactJson.STRICT, source, manifest, CheckpointManifest.class);
    }

    // Null checks for what Jackson passes: to the compiler these cannot be null.
    private static void require(String name, @Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
    }

    private static void requireText(String name, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(name + " is missing");
        }
    }

    private static void requireDigest(String name, @Nullable String value) {
        if (value == null || !Digests.isSha256(value)) {
            throw new IllegalArgumentException(name + " is not a SHA-256 in 64 lower-case hex digits: " + value);
        }
    }

    private static <V> SortedMap<String, V> copy(String name, @Nullable Map<String, V> map) {
        if (map == null || map.containsValue(null)) {
            throw new IllegalArgumentException(name + " is missing or holds a null");
        }
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
