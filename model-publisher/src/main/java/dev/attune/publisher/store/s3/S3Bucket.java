package dev.attune.publisher.store.s3;

import dev.attune.artifacts.CheckpointManifest.FileEntry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The few calls that a store needs, with names relative to the prefix and failures as {@link IOException}. */
public final class S3Bucket implements AutoCloseable {

    private static final int NOT_FOUND = 404;
    /** Another conditional write on the same key was under way. */
    private static final int CONFLICT = 409;

    private static final int PRECONDITION_FAILED = 412;
    private static final int ATTEMPTS = 5;

    private final S3Settings settings;
    private final S3Client client;

    /** Connects with the first call. */
    public S3Bucket(S3Settings settings) {
        this.settings = settings;
        S3ClientBuilder builder = S3Client.builder()
                // A body that stalls is a call that takes too long, too.
                .httpClientBuilder(Apache5HttpClient.builder().socketTimeout(settings.callTimeout()))
                .region(Region.of(settings.region()))
                .forcePathStyle(settings.pathStyle())
                // The checksums that the SDK adds of itself are not known to every service; content has its digests,
                // and
                // every upload a Content-MD5.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(override -> override.apiCallAttemptTimeout(settings.callTimeout())
                        .retryStrategy(retry -> retry.maxAttempts(ATTEMPTS)));
        if (settings.endpoint() != null) {
            builder.endpointOverride(URI.create(settings.endpoint()));
        }
        S3Credentials credentials = settings.credentials();
        if (credentials != null) {
            builder.credentialsProvider(StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(credentials.accessKeyId(), credentials.secretAccessKey())));
        }
        this.client = builder.build();
    }

    /** Content of an object, and the tag by which a write can say what it replaces. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Tagged(byte[] content, String tag) {}

    /** A call of the SDK. */
    interface Call<T> {
        T run() throws IOException;
    }

    /** @param limit of bytes; a larger object is a fault */
    public Optional<Tagged> read(String name, int limit) throws IOException {
        return io("read", name, () -> {
            try {
                Tagged object =
                        client.getObject(get -> get.bucket(settings.bucket()).key(key(name)), (response, in) -> {
                            byte[] content = wholly(in, limit);
                            return new Tagged(content, response.eTag());
                        });
                if (object.content().length > limit) {
                    throw new IOException(name + " in " + place() + " has more than " + limit + " bytes");
                }
                return Optional.of(object);
            } catch (S3Exception e) {
                return emptyIf(e, NOT_FOUND);
            }
        });
    }

    /** A body that breaks off or hangs is asked for again, as a call is that fails before it. */
    private static byte[] wholly(AbortableInputStream in, int limit) {
        try {
            byte[] content = in.readNBytes(limit + 1);
            if (content.length > limit) {
                in.abort();
            }
            return content;
        } catch (IOException e) {
            throw RetryableException.create("the object broke off: " + e.getMessage(), e);
        }
    }

    /** @return the new tag; empty where the object is there already */
    public Optional<String> putIfAbsent(String name, byte[] content) throws IOException {
        return conditionally(name, content, put(name).ifNoneMatch("*"));
    }

    /** @return the new tag; empty where the object has another tag, or is gone */
    public Optional<String> putIfMatches(String name, byte[] content, String tag) throws IOException {
        return conditionally(name, content, put(name).ifMatch(tag));
    }

    private Optional<String> conditionally(String name, byte[] content, PutObjectRequest.Builder request)
            throws IOException {
        return io("write", name, () -> {
            try {
                return Optional.of(client.putObject(request.build(), RequestBody.fromBytes(content))
                        .eTag());
            } catch (S3Exception e) {
                return emptyIf(e, PRECONDITION_FAILED, CONFLICT, NOT_FOUND);
            }
        });
    }

    /** Sends a file under its digest, in parts where it is large. */
    public void upload(String name, Path file, FileEntry entry) throws IOException {
        S3Upload upload = new S3Upload(client, settings, key(name));
        io("write", name, () -> {
            upload.send(file, entry);
            return true;
        });
    }

    public OptionalLong size(String name) throws IOException {
        return io("ask for", name, () -> {
            try {
                return OptionalLong.of(
                        client.headObject(head -> head.bucket(settings.bucket()).key(key(name)))
                                .contentLength());
            } catch (S3Exception e) {
                emptyIf(e, NOT_FOUND);
                return OptionalLong.empty();
            }
        });
    }

    /** Content that is resumed where it breaks off; see {@link ResumedObject}. */
    public InputStream open(String name) throws IOException {
        return new ResumedObject(
                name + " in " + place(),
                (position, tag) -> io(
                        "read",
                        name,
                        () -> client.getObject(get -> get.bucket(settings.bucket())
                                .key(key(name))
                                .range(position == 0 ? null : "bytes=" + position + "-")
                                .ifMatch(tag))));
    }

    public void delete(String name) throws IOException {
        io(
                "delete",
                name,
                () -> client.deleteObject(
                        delete -> delete.bucket(settings.bucket()).key(key(name))));
    }

    /** For messages. */
    public String place() {
        return settings.place();
    }

    @Override
    public void close() {
        client.close();
    }

    private PutObjectRequest.Builder put(String name) {
        return PutObjectRequest.builder().bucket(settings.bucket()).key(key(name));
    }

    private String key(String name) {
        return settings.prefix() + "/" + name;
    }

    /** A bucket that is not there answers 404 as well, and is no absent object. */
    private static <T> Optional<T> emptyIf(S3Exception e, int... statuses) {
        boolean isBucket = e.awsErrorDetails() != null
                && "NoSuchBucket".equals(e.awsErrorDetails().errorCode());
        for (int status : statuses) {
            if (e.statusCode() == status && !isBucket) {
                return Optional.empty();
            }
        }
        throw e;
    }

    private <T> T io(String verb, String name, Call<T> call) throws IOException {
        try {
            return call.run();
        } catch (SdkException e) {
            throw new IOException("cannot " + verb + " " + name + " in " + place() + ": " + e.getMessage(), e);
        }
    }
}
