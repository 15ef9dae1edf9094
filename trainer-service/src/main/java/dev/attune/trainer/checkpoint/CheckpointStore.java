package dev.attune.trainer.checkpoint;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.artifacts.CheckpointVersion;
import dev.attune.artifacts.Digests;
import dev.attune.artifacts.DurableFiles;
import dev.attune.kit.ConfigException;
import dev.attune.trainer.journal.FolderLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder of a trainer's checkpoints: one directory a version, complete or not there. */
public final class CheckpointStore {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
    private static final String STAGING = ".writing-";
    private static final String OWNER = "owner.txt";

    private final Path root;
    private final FolderLock lock;

    /**
     * Opens the folder.
     *
     * @param root created when absent
     * @param owner whose checkpoints these are, in a line; the folder remembers its first owner
     * @throws ConfigException if the folder is another's: what that one needs would look like left-overs here
     */
    public CheckpointStore(Path root, String owner) throws IOException {
        this.root = root.toAbsolutePath().normalize();
        Files.createDirectories(this.root);
        this.lock = new FolderLock(this.root);
        Path marker = this.root.resolve(OWNER);
        if (!Files.exists(marker)) {
            DurableFiles.write(marker, (owner + "\n").getBytes(StandardCharsets.UTF_8));
        }
        String before = Files.readString(marker).strip();
        if (!before.equals(owner)) {
            throw new ConfigException(
                    "checkpoint.directory",
                    "%s holds the checkpoints of %s, this is %s: give each trainer its own folder"
                            .formatted(this.root, before, owner));
        }
    }

    /** Held while a trainer begins here, or takes a checkpoint. */
    public FolderLock.Held lock() throws IOException {
        return lock.hold();
    }

    public CheckpointDirectory directory(String version) {
        return new CheckpointDirectory(root.resolve(version));
    }

    /**
     * Reads every byte of a checkpoint.
     *
     * @param digest that it was committed with, {@code sha256:} before it
     * @throws IOException naming what is missing, changed, or another one
     */
    public CheckpointDirectory.Verified verify(String version, String digest) throws IOException {
        CheckpointDirectory directory = directory(version);
        CheckpointDirectory.Verified verified = directory.verify();
        if (!Digests.prefixed(verified.artifactSha256()).equals(digest)) {
            throw new BrokenArtifactException(
                    directory.manifest(), "is another one than was committed, whose digest is " + digest);
        }
        return verified;
    }

    /** An empty directory to write a checkpoint in. */
    CheckpointDirectory stage() throws IOException {
        return new CheckpointDirectory(Files.createDirectory(root.resolve(STAGING + UUID.randomUUID())));
    }

    /**
     * Gives a staged directory its name, all at once and for good. Its files are forced to the disk already.
     *
     * @return the directory under its name
     */
    CheckpointDirectory publish(CheckpointDirectory staged, String version, Milestone.Listener milestones)
            throws IOException {
        try (Stream<Path> tree = Files.walk(staged.root())) {
            for (Path directory : tree.filter(Files::isDirectory).toList()) {
                DurableFiles.force(directory);
            }
        }
        milestones.passed(Milestone.CHECKPOINT_FORCED);
        Path target = root.resolve(version);
        CheckpointDirectory named = new CheckpointDirectory(target);
        try {
            Files.move(staged.root(), target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // Two trainers, one of which is about to be fenced, may come to the same bytes in the same millisecond.
            if (!Files.exists(named.manifest()) || Files.mismatch(named.manifest(), staged.manifest()) >= 0) {
                throw e;
            }
            LOG.warn("{} is there already, byte for byte: another trainer wrote it a moment ago", target);
            delete(staged.root());
        }
        DurableFiles.force(root);
        return named;
    }

    /**
     * Removes what a killed trainer left: half-written directories, and whole ones whose event was never committed.
     *
     * @param committed versions that count
     * @throws ConfigException if a directory grew from one that is not among them: then it is no left-over, but the
     *     topic has lost what it knew
     */
    public void removeOrphans(Set<String> committed) throws IOException {
        for (Path entry : list()) {
            String name = entry.getFileName().toString();
            if (name.startsWith(STAGING)) {
                LOG.warn("removing {}: a checkpoint that was not finished", entry);
                delete(entry);
            } else if (!committed.contains(name) && isVersion(entry)) {
                requireParentAmong(committed, entry);
                LOG.warn("removing {}: a checkpoint that was not committed; its pairs are trained again", entry);
                delete(entry);
            }
        }
    }

    /** Removes all versions but those to keep. */
    void removeAllBut(Set<String> keep) throws IOException {
        for (Path entry : list()) {
            if (!keep.contains(entry.getFileName().toString()) && isVersion(entry)) {
                LOG.debug("removing old checkpoint {}", entry);
                delete(entry);
            }
        }
    }

    private static void requireParentAmong(Set<String> committed, Path entry) throws IOException {
        Path file = new CheckpointDirectory(entry).manifest();
        try {
            String parent =
                    CheckpointManifest.parse(file, Files.readAllBytes(file)).parent();
            if (parent != null && !committed.contains(parent)) {
                throw new ConfigException(
                        "checkpoint.directory",
                        "%s has checkpoint %s, but the checkpoints topic knows neither it nor its parent %s: restore the topic, or move the folder away to begin at the base"
                                .formatted(entry.getParent(), entry.getFileName(), parent));
            }
        } catch (BrokenArtifactException | NoSuchFileException e) {
            LOG.warn("{} could not be used anyway: {}", entry, e.getMessage());
        }
    }

    private static boolean isVersion(Path entry) {
        try {
            CheckpointVersion.parse(entry.getFileName().toString());
            return Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private List<Path> list() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.sorted().toList();
        }
    }

    static void delete(Path tree) throws IOException {
        try (Stream<Path> walk = Files.walk(tree)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
