package dev.attune.publisher.serving;

import dev.attune.artifacts.Digests;
import dev.attune.artifacts.DurableFiles;
import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.CallException.Fault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory that LoRA resolvers or file watchers read: one folder a version, and the link {@code current} to the one that
 * users are to get; without the link it is the base. Folders and link appear whole or not at all.
 */
public final class DirectoryReplica implements Replica, Scoring.OfFiles {

    /** The link to what users get. */
    public static final String CURRENT = "current";

    private static final String ASIDE = ".aside-";

    private final Path root;

    public DirectoryReplica(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** What has to be done to files. */
    @FunctionalInterface
    private interface Work<T> {
        T run() throws IOException;
    }

    @Override
    public String url() {
        return root.toUri().toString();
    }

    @Override
    public Scoring scoring() {
        return this;
    }

    @Override
    public Optional<Answering> answering() {
        return Optional.empty();
    }

    @Override
    public Set<String> models() throws CallException {
        return attempt(() -> {
            Files.createDirectories(root);
            try (Stream<Path> entries = Files.list(root)) {
                return entries.filter(entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))
                        .map(entry -> entry.getFileName().toString())
                        .filter(name -> !name.startsWith("."))
                        .collect(Collectors.toCollection(TreeSet::new));
            }
        });
    }

    @Override
    public LoadOutcome load(ServedAdapter adapter) throws CallException {
        return attempt(() -> {
            Path target = root.resolve(adapter.name());
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                return LoadOutcome.ALREADY_LOADED;
            }
            Files.createDirectories(root);
            Path aside = Files.createTempDirectory(root, ASIDE);
            try {
                Path copy = Files.createDirectory(aside.resolve("copy"));
                for (Path file : files(adapter.files())) {
                    copy(file, copy.resolve(file.getFileName()));
                }
                DurableFiles.force(copy);
                Files.move(copy, target, StandardCopyOption.ATOMIC_MOVE);
                DurableFiles.force(root);
            } finally {
                delete(aside);
            }
            return LoadOutcome.LOADED;
        });
    }

    /** @throws CallException if users get it: the link has to be moved first */
    @Override
    public void unload(String name) throws CallException {
        if (attempt(() -> linked().equals(Optional.of(name)))) {
            throw new CallException(Fault.REFUSED, root.resolve(CURRENT) + " leads to " + name);
        }
        attempt(() -> {
            Path target = root.resolve(name);
            if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                // Whoever lists the directory sees a version whole or not at all.
                Path aside = Files.createTempDirectory(root, ASIDE);
                Files.move(target, aside.resolve("gone"), StandardCopyOption.ATOMIC_MOVE);
                delete(aside);
                DurableFiles.force(root);
            }
            return Boolean.TRUE;
        });
    }

    @Override
    public void current(@Nullable String name) throws CallException {
        attempt(() -> {
            if (name == null) {
                if (Files.deleteIfExists(root.resolve(CURRENT))) {
                    DurableFiles.force(root);
                }
            } else if (!linked().equals(Optional.of(name))) {
                Path aside = Files.createTempDirectory(root, ASIDE);
                try {
                    Path link = Files.createSymbolicLink(aside.resolve(CURRENT), Path.of(name));
                    Files.move(link, root.resolve(CURRENT), StandardCopyOption.ATOMIC_MOVE);
                    DurableFiles.force(root);
                } finally {
                    delete(aside);
                }
            }
            return Boolean.TRUE;
        });
    }

    @Override
    public boolean holds(ServedAdapter adapter) throws CallException {
        return attempt(() -> {
            Path copy = root.resolve(adapter.name());
            if (!Files.isDirectory(copy, LinkOption.NOFOLLOW_LINKS)
                    || files(copy).size() != files(adapter.files()).size()) {
                return Boolean.FALSE;
            }
            for (Path file : files(adapter.files())) {
                Path other = copy.resolve(file.getFileName());
                if (!Files.isRegularFile(other) || !Digests.sha256(file).equals(Digests.sha256(other))) {
                    return Boolean.FALSE;
                }
            }
            return Boolean.TRUE;
        });
    }

    private Optional<String> linked() throws IOException {
        Path link = root.resolve(CURRENT);
        return Files.isSymbolicLink(link)
                ? Optional.of(Files.readSymbolicLink(link).toString())
                : Optional.empty();
    }

    private <T> T attempt(Work<T> work) throws CallException {
        try {
            return work.run();
        } catch (IOException e) {
            throw new CallException(Fault.UNAVAILABLE, url() + ": " + e, e);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void copy(Path file, Path target) throws IOException {
        Files.copy(file, target);
        try (FileChannel channel = FileChannel.open(target, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
