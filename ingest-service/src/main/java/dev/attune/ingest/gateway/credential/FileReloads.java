package dev.attune.ingest.gateway.credential;

import dev.attune.kit.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads files again when their content changed. It compares contents, not times or events of the file system: that also sees
 * Kubernetes swap the link above a mounted secret, and works on every file system. What cannot be used leaves the old in place.
 */
public final class FileReloads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileReloads.class);

    private final Duration interval;
    private final Listener listener;
    private final List<Watched> watched = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("file-reloads").daemon(true).factory());

    /** Counts reloads. */
    @FunctionalInterface
    public interface Listener {
        /** @param what which files, for the metric's tag */
        void reloaded(String what, boolean used);
    }

    public FileReloads(Duration interval, Listener listener) {
        this.interval = interval;
        this.listener = listener;
    }

    /**
     * Uses files now, and again whenever they change.
     *
     * @param what names them in logs and metrics
     * @param use reads and uses them; throws where they cannot be used, and has then changed nothing
     * @throws ConfigException when they cannot be used now
     */
    public void watch(String what, List<Path> files, Runnable use) {
        Watched one = new Watched(what, List.copyOf(files), use);
        // The content before it is used: a change in between shows at the next look.
        one.seen = one.content();
        use.run();
        watched.add(one);
    }

    public void start() {
        if (!watched.isEmpty()) {
            ScheduledFuture<?> _ = clock.scheduleWithFixedDelay(
                    this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    void look() {
        watched.forEach(Watched::look);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private final class Watched {
        private final String what;
        private final List<Path> files;
        private final Runnable use;
        private String seen = "";

        Watched(String what, List<Path> files, Runnable use) {
            this.what = what;
            this.files = files;
            this.use = use;
        }

        void look() {
            String now = content();
            if (now.equals(seen)) {
                return;
            }
            seen = now;
            boolean used = false;
            try {
                use.run();
                used = true;
                LOG.info("{}: {} changed and is in use", what, files);
            } catch (RuntimeException e) {
                // A task that throws is never scheduled again.
                LOG.error(
                        "{}: {} changed and cannot be used, what was read before stays: {}",
                        what,
                        files,
                        e instanceof ConfigException ? e.getMessage() : e.toString());
            }
            listener.reloaded(what, used);
        }

        /** A digest of all files; one that cannot be read is a content of its own. */
        String content() {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                for (Path file : files) {
                    digest.update(Files.readAllBytes(file));
                    digest.update((byte) 0);
                }
                return HexFormat.of().formatHex(digest.digest());
            } catch (IOException e) {
                return e.toString();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }
}
