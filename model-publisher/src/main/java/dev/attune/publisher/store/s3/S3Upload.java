package dev.attune.publisher.store.s3;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.CheckpointManifest.FileEntry;
import dev.attune.artifacts.Digests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Sends one file. It is read once, in parts; each part is digested and then sent by one of four threads, so that no more
 * than four parts are in memory. The object appears only after the whole file had the digest that it has to have.
 */
final class S3Upload {

    private static final Logger LOG = LoggerFactory.getLogger(S3Upload.class);
    private static final int PARALLEL = 4;
    /** The protocol's. */
    private static final int MOST_PARTS = 10_000;

    private final S3Client client;
    private final S3Settings settings;
    private final String key;

    S3Upload(S3Client client, S3Settings settings, String key) {
        this.client = client;
        this.settings = settings;
        this.key = key;
    }

    void send(Path file, FileEntry entry) throws IOException {
        int partBytes = Math.toIntExact(
                Math.max((long) settings.partMegabytes() << 20, Math.ceilDiv(entry.bytes(), (long) MOST_PARTS)));
        try (InputStream in = Files.newInputStream(file)) {
            if (entry.bytes() <= partBytes) {
                sendWhole(file, in, entry);
            } else {
                sendParts(file, in, entry, partBytes);
            }
        }
    }

    private void sendWhole(Path file, InputStream in, FileEntry entry) throws IOException {
        byte[] content = new byte[Math.toIntExact(entry.bytes())];
        MessageDigest digest = Digests.newSha256();
        read(file, in, content, content.length, digest);
        requireContent(file, in, digest, entry);
        client.putObject(
                put -> put.bucket(settings.bucket()).key(key).contentMD5(md5(content, content.length)),
                body(content, content.length));
    }

    private void sendParts(Path file, InputStream in, FileEntry entry, int partBytes) throws IOException {
        String uploadId = client.createMultipartUpload(
                        create -> create.bucket(settings.bucket()).key(key))
                .uploadId();
        try (ExecutorService threads = Executors.newFixedThreadPool(
                PARALLEL, Thread.ofVirtual().name("s3-upload-", 0).factory())) {
            List<CompletedPart> parts = sendParts(file, in, entry, partBytes, uploadId, threads);
            client.completeMultipartUpload(complete -> complete.bucket(settings.bucket())
                    .key(key)
                    .uploadId(uploadId)
                    .multipartUpload(upload -> upload.parts(parts)));
        } catch (IOException | RuntimeException e) {
            abort(uploadId);
            throw e;
        }
    }

    private List<CompletedPart> sendParts(
            Path file, InputStream in, FileEntry entry, int partBytes, String uploadId, ExecutorService threads)
            throws IOException {
        BlockingQueue<byte[]> buffers = new ArrayBlockingQueue<>(PARALLEL);
        for (int i = 0; i < PARALLEL; i++) {
            buffers.add(new byte[partBytes]);
        }
        MessageDigest digest = Digests.newSha256();
        List<Future<CompletedPart>> parts = new ArrayList<>();
        try {
            for (long offset = 0; offset < entry.bytes(); offset += partBytes) {
                byte[] buffer = buffers.take();
                int length = (int) Math.min(partBytes, entry.bytes() - offset);
                read(file, in, buffer, length, digest);
                int number = parts.size() + 1;
                parts.add(threads.submit(() -> {
                    try {
                        return sendPart(uploadId, number, buffer, length);
                    } finally {
                        buffers.add(buffer);
                    }
                }));
            }
            requireContent(file, in, digest, entry);
            List<CompletedPart> sent = new ArrayList<>();
            for (Future<CompletedPart> part : parts) {
                sent.add(part.get());
            }
            return sent;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SdkException failure) {
                throw failure;
            }
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while it was sent: " + file).initCause(e);
        }
    }

    private CompletedPart sendPart(String uploadId, int number, byte[] buffer, int length) {
        String tag = client.uploadPart(
                        part -> part.bucket(settings.bucket())
                                .key(key)
                                .uploadId(uploadId)
                                .partNumber(number)
                                .contentMD5(md5(buffer, length)),
                        body(buffer, length))
                .eTag();
        return CompletedPart.builder().partNumber(number).eTag(tag).build();
    }

    /** What a killed publisher leaves, the bucket's rule for incomplete uploads removes. */
    private void abort(String uploadId) {
        try {
            client.abortMultipartUpload(
                    abort -> abort.bucket(settings.bucket()).key(key).uploadId(uploadId));
        } catch (SdkException e) {
            LOG.warn("could not abort the upload of {}: {}", key, e.getMessage());
        }
    }

    private static void read(Path file, InputStream in, byte[] buffer, int length, MessageDigest digest)
            throws IOException {
        if (in.readNBytes(buffer, 0, length) < length) {
            throw new BrokenArtifactException(file, "is shorter than the manifest says");
        }
        digest.update(buffer, 0, length);
    }

    private static void requireContent(Path file, InputStream in, MessageDigest digest, FileEntry entry)
            throws IOException {
        if (in.read() >= 0) {
            throw new BrokenArtifactException(file, "is longer than the manifest says");
        }
        String sha256 = HexFormat.of().formatHex(digest.digest());
        if (!sha256.equals(entry.sha256())) {
            throw new BrokenArtifactException(file, "has SHA-256 " + sha256 + ", the manifest says " + entry.sha256());
        }
    }

    /** Without a copy, and readable again where the SDK tries again. */
    private static RequestBody body(byte[] buffer, int length) {
        return RequestBody.fromContentProvider(
                () -> new ByteArrayInputStream(buffer, 0, length), length, "application/octet-stream");
    }

    private static String md5(byte[] buffer, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(buffer, 0, length);
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
