package dev.attune.publisher.store;

import com.adobe.testing.s3mock.S3MockApplication;
import dev.attune.publisher.store.s3.S3Credentials;
import dev.attune.publisher.store.s3.S3Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** An S3 service in this process that honours conditional writes; one for all tests, each with a prefix of its own. */
public final class S3MockServer {

    private static final String BUCKET = "releases";

    private static final S3MockServer SHARED = new S3MockServer();

    private final S3MockApplication application;

    private S3MockServer() {
        // Spring would set up logging anew, for everything in this process.
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        Path root = temporary();
        application = S3MockApplication.start(new HashMap<>(Map.of(
                "server.port",
                0,
                "http.port",
                0,
                "spring.main.banner-mode",
                "off",
                "com.adobe.testing.s3mock.store.initialBuckets",
                BUCKET,
                "com.adobe.testing.s3mock.store.root",
                root.toString())));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(root)));
    }

    private void stop(Path root) {
        application.stop();
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Settings for a part of the bucket that nobody else uses. */
    public static S3Settings settings() {
        return settings(SHARED.url());
    }

    /** The same at another address: a proxy before it. */
    static S3Settings settings(String url) {
        return new S3Settings(
                BUCKET,
                "test-" + UUID.randomUUID(),
                url,
                "us-east-1",
                true,
                new S3Credentials("user", "secret"),
                5,
                Duration.ofSeconds(20));
    }

    @SuppressWarnings("removal") // There is no other way to its port without TLS.
    String url() {
        return "http://127.0.0.1:" + application.getHttpPort();
    }

    static String sharedUrl() {
        return SHARED.url();
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("attune-s3mock-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
