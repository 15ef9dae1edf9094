package dev.attune.publisher.store.pointer;

import dev.attune.artifacts.Digests;
import dev.attune.artifacts.DurableFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A file that is replaced by a rename, under a lock on a file beside it. Readers need no lock. On a shared file system the
 * lock has to reach every machine: NFS version 4, SMB and the clustered ones do that.
 */
public final class FileRegister implements PointerRegister {

    /** A lock of the file system does not keep the threads of one process apart. */
    private static final Map<Path, ReentrantLock> IN_PROCESS = new ConcurrentHashMap<>();

    private final Path file;
    private final Path folder;
    private final Path lockFile;

    /** @param file created with the first write, and its folder with it */
    public FileRegister(Path file) {
        this.file = file.toAbsolutePath().normalize();
        this.folder = Objects.requireNonNull(this.file.getParent());
        this.lockFile = sibling(".lock");
    }

    @Override
    public Optional<Entry> read() throws IOException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException(file + " is no pointer: it has more than " + MAX_BYTES + " bytes");
            }
            byte[] content = Files.readAllBytes(file);
            return Optional.of(new Entry(content, Digests.sha256(content)));
        } catch (NoSuchFileException notYet) {
            return Optional.empty();
        }
    }

    @Override
    public boolean write(byte[] content, @Nullable String expectedTag) throws IOException {
        Files.createDirectories(folder);
        ReentrantLock inProcess = IN_PROCESS.computeIfAbsent(lockFile, path -> new ReentrantLock());
        inProcess.lock();
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            String tag = read().map(Entry::tag).orElse(null);
            if (!lock.isValid() || !Objects.equals(tag, expectedTag)) {
                return false;
            }
            Path aside = sibling(".aside");
            DurableFiles.replace(aside, content);
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            DurableFiles.force(folder);
            return true;
        } finally {
            inProcess.unlock();
        }
    }

    @Override
    public String place() {
        return file.toString();
    }

    private Path sibling(String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }
}
