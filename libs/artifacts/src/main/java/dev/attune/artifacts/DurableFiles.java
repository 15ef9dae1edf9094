package dev.attune.artifacts;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Files and directories that are on the disk when the call returns. */
public final class DurableFiles {
    private DurableFiles() {}

    /** Opens a file that is not there yet. Who writes to it forces it. */
    public static FileChannel create(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Writes a file that is not there yet. */
    public static void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = create(file)) {
            write(channel, content);
            channel.force(true);
        }
    }

    /** Writes a file, in the place of the one that may be there. */
    public static void replace(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            write(channel, content);
            channel.force(true);
        }
    }

    /** All of it, where the channel stands; forcing it is the caller's. */
    public static void write(FileChannel channel, byte[] content) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** A rename is on the disk only once its directory is. */
    public static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
