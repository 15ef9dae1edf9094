package dev.attune.publisher.store.s3;

import dev.attune.artifacts.CheckpointManifest;
import dev.attune.artifacts.CheckpointManifest.FileEntry;
import dev.attune.publisher.store.BlobStore;
import dev.attune.publisher.store.SignatureNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Artifacts in a bucket: {@code blobs/sha256/<digest>}, {@code manifests/sha256/<artifact digest>.json} written last and
 * only where it is not there yet, {@code signatures/<artifact digest>/<key>.sigstore.json}.
 */
public final class S3Blobs implements BlobStore {

    private static final Logger LOG = LoggerFactory.getLogger(S3Blobs.class);
    private static final int MAX_MANIFEST_BYTES = 64 << 20;

    private final S3Bucket bucket;

    /** @param bucket closed by whoever opened it */
    public S3Blobs(S3Bucket bucket) {
        this.bucket = bucket;
    }

    @Override
    public void put(Path file, FileEntry entry) throws IOException {
        OptionalLong present = bucket.size(blob(entry));
        if (present.isEmpty() || present.getAsLong() != entry.bytes()) {
            bucket.upload(blob(entry), file, entry);
        }
    }

    @Override
    public InputStream open(FileEntry entry) throws IOException {
        return bucket.open(blob(entry));
    }

    @Override
    public void publish(String artifactSha256, byte[] json, CheckpointManifest manifest) throws IOException {
        if (bucket.putIfAbsent(manifestName(artifactSha256), json).isEmpty()
                && manifest(artifactSha256).isEmpty()) {
            throw new IOException(
                    "the manifest of " + artifactSha256 + " could not be written in " + bucket.place() + ": try again");
        }
    }

    @Override
    public Optional<byte[]> manifest(String artifactSha256) throws IOException {
        return bucket.read(manifestName(artifactSha256), MAX_MANIFEST_BYTES).map(S3Bucket.Tagged::content);
    }

    @Override
    public void attachSignature(String artifactSha256, String keyId, byte[] signature) throws IOException {
        Optional<String> written = bucket.putIfAbsent(SignatureNames.path(artifactSha256, keyId), signature);
        LOG.debug("signature of {}: {}", artifactSha256, written.isPresent() ? "written" : "there already");
    }

    @Override
    public Optional<byte[]> signature(String artifactSha256, String keyId) throws IOException {
        return bucket.read(SignatureNames.path(artifactSha256, keyId), SignatureNames.MAX_BYTES)
                .map(S3Bucket.Tagged::content);
    }

    @Override
    public void close() {}

    private static String blob(FileEntry entry) {
        return "blobs/sha256/" + entry.sha256();
    }

    private static String manifestName(String artifactSha256) {
        return "manifests/sha256/" + artifactSha256 + ".json";
    }
}
