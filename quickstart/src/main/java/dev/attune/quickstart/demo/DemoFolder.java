package dev.attune.quickstart.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where everything of one run lies: deleted at the end, unless the user keeps it or something failed. */
final class DemoFolder implements AutoCloseable {
    private final Path path;
    private boolean kept;

    private DemoFolder(Path path, boolean kept) {
        this.path = path;
        this.kept = kept;
    }

    static DemoFolder create(@Nullable Path wish) throws IOException {
        return wish == null
                ? new DemoFolder(Files.createTempDirectory("attune-demo-"), false)
                : new DemoFolder(Files.createDirectories(wish).toAbsolutePath(), true);
    }

    Path path() {
        return path;
    }

    /** After a failure the logs are what the user needs. */
    void keep() {
        kept = true;
    }

    @Override
    public void close() {
        if (kept) {
            return;
        }
        try (Stream<Path> tree = Files.walk(path)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path entry : deepestFirst) {
                Files.deleteIfExists(entry);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + path, e);
        }
    }
}
