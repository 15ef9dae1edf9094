package dev.attune.publisher.store.oci;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.artifacts.CheckpointManifest.FileEntry;
import dev.attune.artifacts.Digests;
import dev.attune.publisher.store.BlobStore;
import dev.attune.publisher.store.SignatureNames;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import land.oras.ArtifactType;
import land.oras.Config;
import land.oras.ContainerRef;
import land.oras.Layer;
import land.oras.Manifest;
import land.oras.Registry;
import land.oras.exception.OrasException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Artifacts in a registry, each a ModelPack artifact under the tag {@code artifact-<digest>}, which is pushed last. Tags can
 * be moved by whoever may push; what is fetched is therefore taken by digest, and the tag says no more than that all of it is
 * there.
 */
public final class OciBlobs implements BlobStore {

    private static final Logger LOG = LoggerFactory.getLogger(OciBlobs.class);
    private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private static final int NOT_FOUND = 404;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int ATTEMPTS = 5;
    /** Longest before the second attempt; each is further apart than the one before. */
    private static final Duration PAUSE = Duration.ofMillis(400);

    private static final int MAX_MANIFEST_BYTES = 64 << 20;

    private final OciSettings settings;
    private final Registry registry;
    private final ContainerRef repository;
    private final BoundedCalls calls = new BoundedCalls();

    private OciBlobs(OciSettings settings, Registry registry) {
        this.settings = settings;
        this.registry = registry;
        this.repository = ContainerRef.parse(settings.place() + ":latest");
    }

    /**
     * Connects, and asks for something.
     *
     * @throws IOException if the registry does not answer, or refuses this user
     */
    public static OciBlobs open(OciSettings settings) throws IOException {
        Registry.Builder builder = Registry.builder();
        OciCredentials credentials = settings.credentials();
        builder = credentials == null
                ? builder.defaults(settings.registry())
                : builder.defaults(settings.registry(), credentials.user(), credentials.password());
        OciBlobs blobs = new OciBlobs(
                settings, builder.withInsecure(settings.plainHttp()).build());
        try {
            blobs.tagged("attune");
            return blobs;
        } catch (IOException | RuntimeException e) {
            blobs.close();
            throw e;
        }
    }

    @Override
    public void put(Path file, FileEntry entry) throws IOException {
        try {
            io("push " + file, settings.uploadTimeout(), () -> push(file, entry));
        } catch (IOException e) {
            String sha256 = Digests.sha256(file);
            if (!sha256.equals(entry.sha256())) {
                throw new BrokenArtifactException(
                        file, "has SHA-256 " + sha256 + ", the manifest says " + entry.sha256(), e);
            }
            throw e;
        }
    }

    /** The registry computes the digest of what it gets, and refuses another. */
    private Layer push(Path file, FileEntry entry) {
        return registry.pushBlob(
                blob(entry.sha256()),
                entry.bytes(),
                () -> {
                    try {
                        return Files.newInputStream(file);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                Map.of());
    }

    @Override
    public InputStream open(FileEntry entry) throws IOException {
        String what = "fetch " + entry.sha256();
        InputStream in = io(what, settings.callTimeout(), () -> registry.fetchBlob(blob(entry.sha256())));
        return calls.bounded(what + " from " + settings.place(), settings.callTimeout(), in);
    }

    @Override
    public void publish(String artifactSha256, byte[] json, CheckpointManifest manifest) throws IOException {
        byte[] config = ModelPack.config(artifactSha256, manifest);
        io("push the manifest of " + artifactSha256, settings.callTimeout(), () -> {
            push(json);
            return registry.pushManifest(
                    repository.withTag(tag(artifactSha256)),
                    ModelPack.manifest(artifactSha256, json.length, manifest, push(config)));
        });
    }

    @Override
    public Optional<byte[]> manifest(String artifactSha256) throws IOException {
        return tagged(tag(artifactSha256)).isEmpty()
                ? Optional.empty()
                : Optional.of(read(artifactSha256, MAX_MANIFEST_BYTES));
    }

    @Override
    public void attachSignature(String artifactSha256, String keyId, byte[] signature) throws IOException {
        String tag = SignatureNames.tag(artifactSha256, keyId);
        if (tagged(tag).isPresent()) {
            return;
        }
        io("push the signature of " + artifactSha256, settings.callTimeout(), () -> {
            Layer layer = push(signature).withMediaType(BUNDLE);
            Manifest manifest = Manifest.empty()
                    .withArtifactType(ArtifactType.from(BUNDLE))
                    .withConfig(Config.empty())
                    .withLayers(List.of(layer))
                    .withAnnotations(Map.of("dev.attune.artifact", Digests.prefixed(artifactSha256)));
            registry.pushConfig(repository, Config.empty());
            return registry.pushManifest(repository.withTag(tag), manifest);
        });
    }

    @Override
    public Optional<byte[]> signature(String artifactSha256, String keyId) throws IOException {
        Optional<Manifest> manifest = tagged(SignatureNames.tag(artifactSha256, keyId));
        if (manifest.isEmpty() || manifest.get().getLayers().isEmpty()) {
            return Optional.empty();
        }
        String digest = manifest.get().getLayers().getFirst().getDigest();
        return Optional.of(read(Digests.unprefixed(digest), SignatureNames.MAX_BYTES));
    }

    @Override
    public void close() {
        calls.close();
    }

    private byte[] read(String sha256, int limit) throws IOException {
        try (InputStream in = open(new FileEntry(sha256, 0))) {
            byte[] content = in.readNBytes(limit + 1);
            if (content.length > limit) {
                throw new IOException(sha256 + " in " + settings.place() + " has more than " + limit + " bytes");
            }
            return content;
        }
    }

    private Optional<Manifest> tagged(String tag) throws IOException {
        return io("read tag " + tag, settings.callTimeout(), () -> {
            try {
                return Optional.of(registry.getManifest(repository.withTag(tag)));
            } catch (OrasException e) {
                if (e.getStatusCode() != null && e.getStatusCode() == NOT_FOUND) {
                    return Optional.<Manifest>empty();
                }
                throw e;
            }
        });
    }

    private Layer push(byte[] content) {
        return registry.pushBlob(
                blob(Digests.sha256(content)), content.length, () -> new ByteArrayInputStream(content), Map.of());
    }

    private ContainerRef blob(String sha256) {
        return repository.withDigest(Digests.prefixed(sha256));
    }

    private static String tag(String artifactSha256) {
        return "artifact-" + artifactSha256;
    }

    private <T> T io(String what, Duration bound, Callable<T> call) throws IOException {
        String where = what + " in " + settings.place();
        for (int attempt = 1; ; attempt++) {
            try {
                return calls.call(where, bound, call);
            } catch (OrasException | UncheckedIOException e) {
                if (attempt == ATTEMPTS || !isPassing(e)) {
                    throw new IOException("cannot " + where + ": " + e.getMessage(), e);
                }
                LOG.info("attempt {} to {}: {}", attempt, where, e.getMessage());
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(PAUSE.toNanos()) * attempt);
            }
        }
    }

    /** Registries answer 500 where two push the same tag at once, and 429 where they are asked too much. */
    private static boolean isPassing(RuntimeException failure) {
        Integer status = failure instanceof OrasException oras ? oras.getStatusCode() : null;
        return status != null && (status >= 500 || status == TOO_MANY_REQUESTS);
    }
}
