package dev.attune.trainer.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One trainer at a time begins in a checkpoint folder, or takes a checkpoint in it; a second one waits. So a trainer that was
 * fenced is fenced before it changes anything there, and one that was not is done before the next begins. It is the operating
 * system's lock: it ends with the process, however that ends.
 */
public final class FolderLock {
    private static final Logger LOG = LoggerFactory.getLogger(FolderLock.class);
    private static final String FILE = "trainer.lock";
    /** The operating system's lock is between processes. */
    private static final ConcurrentMap<Path, ReentrantLock> IN_THIS_PROCESS = new ConcurrentHashMap<>();

    private final Path file;
    private final ReentrantLock thread;

    /** @param folder of the checkpoints, which is there */
    public FolderLock(Path folder) throws IOException {
        this.file = folder.toRealPath().resolve(FILE);
        this.thread = IN_THIS_PROCESS.computeIfAbsent(file, _ -> new ReentrantLock());
    }

    /** Waits until nobody else holds it. The thread that holds it may take it again. */
    public Held hold() throws IOException {
        thread.lock();
        try {
            return new Held(thread.getHoldCount() == 1 ? lockFile() : null);
        } catch (IOException | RuntimeException | Error e) {
            thread.unlock();
            throw e;
        }
    }

    private FileChannel lockFile() throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock free = channel.tryLock();
            if (free == null) {
                LOG.info("another trainer begins or takes a checkpoint in {}: waiting for it", file.getParent());
                channel.lock();
            }
            return channel;
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    /** Until it is closed, by the same thread. */
    public final class Held implements AutoCloseable {
        private final @Nullable FileChannel channel;

        private Held(@Nullable FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void close() throws IOException {
            try {
                if (channel != null) {
                    channel.close();
                }
            } finally {
                thread.unlock();
            }
        }
    }
}
