package dev.attune.ingest.keys;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.attune.ingest.gateway.credential.KeyEntry;
import dev.attune.ingest.gateway.credential.KeysFile;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ConfigFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A credentials file on the disk. A gateway that reads it meanwhile sees the old file or the new one, never half of one. */
final class KeysStore {
    private static final String HEADING = """
            # API keys of Attune's gateway, written by './attune keys'. It holds no secret: only salted hashes of keys.
            """;

    private static final ObjectMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES, YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();

    private final Path file;

    KeysStore(Path file) {
        this.file = file.toAbsolutePath();
    }

    /** The keys; none where there is no file yet. */
    List<KeyEntry> read() {
        return Files.exists(file) ? ConfigFile.load(file, KeysFile.class).keys() : List.of();
    }

    /** Replaces the keys; of two that do it at once, the second waits for the first. */
    void update(UnaryOperator<List<KeyEntry>> change) throws IOException {
        Path target = Files.exists(file) ? file.toRealPath() : file;
        Path folder = target.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new ConfigException("--file", "the folder of " + target + " is not there: create it first");
        }
        Path lock = folder.resolve("." + target.getFileName() + ".lock");
        // A lock of a file is the whole process's: threads have to agree among themselves.
        synchronized (KeysStore.class) {
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock _ = channel.lock()) {
                replace(target, folder, YAML.writeValueAsString(new KeysFile(change.apply(read()))));
            }
        }
    }

    private static void replace(Path target, Path folder, String yaml) throws IOException {
        Path aside = Files.createTempFile(folder, ".keys", ".tmp");
        try {
            try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap((HEADING + yaml).getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            keepPermissions(target, aside);
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    /** The gateway often runs as another user than whoever creates keys. */
    private static void keepPermissions(Path from, Path to) throws IOException {
        if (Files.exists(from) && Files.getFileStore(from).supportsFileAttributeView("posix")) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(from);
            Files.setPosixFilePermissions(to, permissions);
        }
    }
}
