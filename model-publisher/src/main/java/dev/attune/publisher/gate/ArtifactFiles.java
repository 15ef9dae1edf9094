package dev.attune.publisher.gate;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointPaths;
import dev.attune.artifacts.PeftConfig;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the files of a checkpoint before anything reads them: names that stay inside, sizes within bounds, and nothing
 * that would be executed. Costs a look at each file's first bytes.
 */
final class ArtifactFiles {

    private static final int MAX_FILES = 1_000;
    private static final int MAX_DEPTH = 8;
    private static final int LENGTH_BYTES = Long.BYTES;
    /** Its batches are kept in the heap while a version is released. */
    private static final long MAX_BATCHES_BYTES = 256L << 20;

    /** All that serving may find in the folder that it loads: some servers load whatever else they know the name of. */
    private static final Set<String> ADAPTER_FILES =
            Set.of(PeftConfig.FILE_NAME, PeftConfig.WEIGHTS_FILE_NAME, "README.md");

    private static final String TRAINER_LEDGER = "attune-ledger";

    private final ArtifactLimits limits;

    ArtifactFiles(ArtifactLimits limits) {
        this.limits = limits;
    }

    /**
     * @throws RefusedException naming the first file that is wrong
     * @throws IOException if a file cannot be read
     */
    void check(CheckpointDirectory checkpoint) throws RefusedException, IOException {
        SortedMap<String, Long> files = list(checkpoint.root());
        try {
            CheckpointPaths.check(files.keySet());
        } catch (IllegalArgumentException e) {
            throw unsafePath(String.valueOf(e.getMessage()));
        }
        checkSizes(files);
        for (String path : files.keySet()) {
            checkContent(path, head(checkpoint.root().resolve(path)));
        }
    }

    /** Sizes by path. */
    private static SortedMap<String, Long> list(Path root) throws RefusedException, IOException {
        SortedMap<String, Long> files = new TreeMap<>();
        Finding finding = new Finding();
        if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            throw unsafePath("the checkpoint's directory is a link");
        }
        Files.walkFileTree(root, Set.of(), MAX_DEPTH, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String path = root.relativize(file).toString().replace('\\', '/');
                if (attributes.isDirectory()) {
                    finding.problem = "'" + CheckpointPaths.quote(path) + "' is deeper than " + MAX_DEPTH + " folders";
                } else if (!attributes.isRegularFile()) {
                    finding.problem = "'" + CheckpointPaths.quote(path) + "' is a link or a special file";
                } else if (files.size() == MAX_FILES) {
                    finding.problem = "it holds more than " + MAX_FILES + " files";
                } else {
                    files.put(path, attributes.size());
                }
                return finding.problem == null ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
            }
        });
        if (finding.problem != null) {
            throw unsafePath(finding.problem);
        }
        return files;
    }

    /** What ended the walk. */
    private static final class Finding {
        private @Nullable String problem;
    }

    private void checkSizes(SortedMap<String, Long> files) throws RefusedException {
        long adapter = files.getOrDefault(CheckpointDirectory.ADAPTER_WEIGHTS, 0L);
        if (adapter > limits.adapterBytes()) {
            throw tooLarge(
                    CheckpointDirectory.ADAPTER_WEIGHTS, adapter, limits.adapterBytes(), "limits.adapterMegabytes");
        }
        long batches = files.getOrDefault(CheckpointDirectory.BATCHES, 0L);
        if (batches > MAX_BATCHES_BYTES) {
            throw tooLarge(CheckpointDirectory.BATCHES, batches, MAX_BATCHES_BYTES, "take checkpoints more often");
        }
        long all = files.values().stream().mapToLong(Long::longValue).sum();
        if (all > limits.checkpointBytes()) {
            throw tooLarge("the checkpoint", all, limits.checkpointBytes(), "limits.checkpointMegabytes");
        }
    }

    private void checkContent(String path, byte[] head) throws RefusedException {
        Optional<String> forbidden = hasHeader(path, head) ? Optional.empty() : FileSignatures.forbidden(head);
        if (forbidden.isPresent()) {
            throw unsafe(path, "is " + forbidden.get());
        }
        String adapter = CheckpointDirectory.ADAPTER + "/";
        if (path.startsWith(adapter) && !ADAPTER_FILES.contains(path.substring(adapter.length()))) {
            throw unsafe(path, "is nothing that a served folder may hold: only " + new TreeSet<>(ADAPTER_FILES));
        }
        switch (path.substring(path.lastIndexOf('.') + 1)) {
            case "json" -> require(begins(head, '{', '['), path, "does not begin as JSON does");
            case "safetensors" -> checkHeader(path, head);
            // Lines of the trainer's journal begin with their checksum.
            case "jsonl", "txt", "md", "jinja" -> {}
            case "bin" ->
                require(
                        FileSignatures.begins(head, TRAINER_LEDGER),
                        path,
                        "may be a pickle, which executes code when it is loaded: weights are taken as safetensors only");
            default -> throw unsafe(path, "is of a kind that no checkpoint holds");
        }
    }

    /** Safetensors begin with a length, which may be any bytes: a header of 640 begins as a pickle does. */
    private static boolean hasHeader(String path, byte[] head) {
        return path.endsWith(".safetensors") && head.length > LENGTH_BYTES && head[LENGTH_BYTES] == '{';
    }

    private void checkHeader(String path, byte[] head) throws RefusedException {
        if (head.length < LENGTH_BYTES) {
            // Too short for anything; the next gate says so with figures.
            return;
        }
        long header = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (header < 0 || header > limits.headerBytes()) {
            throw tooLarge("the header of " + path, header, limits.headerBytes(), "limits.headerKilobytes");
        }
    }

    private static boolean begins(byte[] head, char... allowed) {
        for (byte read : head) {
            char character = (char) Byte.toUnsignedInt(read);
            if (!Character.isWhitespace(character)) {
                return new String(allowed).indexOf(character) >= 0;
            }
        }
        return false;
    }

    private static byte[] head(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return in.readNBytes(FileSignatures.HEAD_BYTES);
        }
    }

    private static void require(boolean holds, String path, String fault) throws RefusedException {
        if (!holds) {
            throw unsafe(path, fault);
        }
    }

    private static RefusedException unsafe(String path, String fault) {
        return new RefusedException(RejectReason.UNSAFE_FILE, path + " " + fault);
    }

    private static RefusedException unsafePath(String fault) {
        return new RefusedException(RejectReason.UNSAFE_PATH, fault);
    }

    private static RefusedException tooLarge(String what, long bytes, long limit, String setting) {
        return new RefusedException(
                RejectReason.ARTIFACT_TOO_LARGE,
                what + " has " + Long.toUnsignedString(bytes) + " bytes, at most " + limit + " are taken (" + setting
                        + ")");
    }
}
