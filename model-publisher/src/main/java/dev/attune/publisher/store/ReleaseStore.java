package dev.attune.publisher.store;

import dev.attune.kit.ConfigException;
import dev.attune.publisher.sign.ReleaseSigning;
import dev.attune.publisher.store.oci.OciBlobs;
import dev.attune.publisher.store.pointer.ChampionPointer;
import dev.attune.publisher.store.pointer.FileRegister;
import dev.attune.publisher.store.pointer.PointerRegister;
import dev.attune.publisher.store.s3.S3Blobs;
import dev.attune.publisher.store.s3.S3Bucket;
import dev.attune.publisher.store.s3.S3Conditions;
import dev.attune.publisher.store.s3.S3Register;
import dev.attune.publisher.store.s3.S3Settings;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configured store, opened and tried: artifacts, their signatures, and the pointers. */
public final class ReleaseStore implements AutoCloseable {

    private final StoreSettings settings;
    private final Map<S3Settings, S3Bucket> buckets = new HashMap<>();
    private final List<ArtifactStore> opened = new ArrayList<>();
    private final ArtifactStore artifacts;
    private final @Nullable ReleaseSigning signing;

    private ReleaseStore(StoreSettings settings) throws IOException {
        this.settings = settings;
        try {
            this.artifacts = openArtifacts();
            this.opened.add(artifacts);
            this.signing = settings.signing() == null ? null : ReleaseSigning.open(settings.signing(), artifacts);
            register("tried");
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Opens what is configured, and tries whether a bucket honours conditional writes.
     *
     * @throws ConfigException if it cannot be used
     */
    public static ReleaseStore open(StoreSettings settings) {
        try {
            return new ReleaseStore(settings);
        } catch (IOException e) {
            throw new ConfigException("store", "cannot be used: " + e.getMessage());
        }
    }

    public ArtifactStore artifacts() {
        return artifacts;
    }

    /** Null where artifacts are not signed. */
    public @Nullable ReleaseSigning signing() {
        return signing;
    }

    /**
     * Takes the pointer of a model over.
     *
     * @param owner says which publisher this is: unique, and readable
     */
    public ChampionPointer claim(String tenant, String modelId, String owner, Clock clock) throws IOException {
        return ChampionPointer.claim(register(pointerName(tenant, modelId)), tenant, modelId, owner, clock);
    }

    /** {@code '@'} is none of the characters that stay as they are, so that two models never share a name. */
    static String pointerName(String tenant, String modelId) {
        return "pointers/" + URLEncoder.encode(tenant, StandardCharsets.UTF_8) + "@"
                + URLEncoder.encode(modelId, StandardCharsets.UTF_8) + ".json";
    }

    @Override
    public void close() {
        opened.forEach(ArtifactStore::close);
        buckets.values().forEach(S3Bucket::close);
    }

    private ArtifactStore openArtifacts() throws IOException {
        return switch (settings.place()) {
            case StorePlace.Folder folder -> new LocalArtifactStore(folder.directory());
            case StorePlace.Bucket bucket -> remote(new S3Blobs(bucket(bucket.settings())));
            case StorePlace.Repository repository -> remote(OciBlobs.open(repository.settings()));
        };
    }

    private ArtifactStore remote(BlobStore blobs) throws IOException {
        try {
            return new RemoteArtifactStore(blobs, settings.servedFolder());
        } catch (IOException | RuntimeException e) {
            blobs.close();
            throw e;
        }
    }

    private PointerRegister register(String name) throws IOException {
        return switch (settings.pointerPlace()) {
            case StorePlace.Folder folder -> new FileRegister(folder.directory().resolve(name));
            case StorePlace.Bucket bucket -> new S3Register(bucket(bucket.settings()), name);
            case StorePlace.Repository repository ->
                throw new IllegalStateException(
                        "a registry holds no pointer: " + repository.settings().place());
        };
    }

    /** Once for artifacts and pointers in the same bucket. */
    private S3Bucket bucket(S3Settings s3) throws IOException {
        S3Bucket known = buckets.get(s3);
        if (known != null) {
            return known;
        }
        S3Bucket bucket = new S3Bucket(s3);
        buckets.put(s3, bucket);
        S3Conditions.require(bucket);
        return bucket;
    }
}
