package dev.attune.publisher.store;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.CheckpointManifest.FileEntry;
import dev.attune.artifacts.Digests;
import dev.attune.artifacts.DurableFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Copies a file whose digest is known: one pass, a constant amount of memory, on the disk and read-only at the end. */
final class VerifiedCopy {

    private static final int BUFFER_BYTES = 1 << 18;

    private VerifiedCopy() {}

    /** @throws BrokenArtifactException if the content is not what the entry says; the file is then of no use */
    static void write(InputStream content, Path file, FileEntry expected) throws IOException {
        MessageDigest digest = Digests.newSha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        long bytes = 0;
        try (FileChannel out = DurableFiles.create(file)) {
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                bytes += read;
                if (bytes > expected.bytes()) {
                    throw new BrokenArtifactException(
                            file, "has more than the " + expected.bytes() + " bytes of the manifest");
                }
                digest.update(buffer, 0, read);
                write(out, ByteBuffer.wrap(buffer, 0, read));
            }
            out.force(true);
        }
        if (bytes != expected.bytes()) {
            throw new BrokenArtifactException(file, "has " + bytes + " bytes, the manifest says " + expected.bytes());
        }
        String sha256 = HexFormat.of().formatHex(digest.digest());
        if (!sha256.equals(expected.sha256())) {
            throw new BrokenArtifactException(
                    file, "has SHA-256 " + sha256 + ", the manifest says " + expected.sha256());
        }
        file.toFile().setReadOnly();
    }

    private static void write(FileChannel out, ByteBuffer content) throws IOException {
        while (content.hasRemaining()) {
            out.write(content);
        }
    }
}
