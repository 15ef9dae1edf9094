package dev.attune.publisher.merge;

import dev.attune.artifacts.BaseRevision;
import dev.attune.artifacts.Digests;
import dev.attune.artifacts.DurableFiles;
import dev.attune.artifacts.PeftConfig;
import dev.attune.artifacts.SafeTensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Merges an adapter into its base: W + scale · B · A in fp32, stored in the type that the base has, in the files that the
 * base has. The directory appears by one rename, whole and on the disk, or not at all.
 */
public final class AdapterMerge {

    /** Begins the name of what is half-written. */
    static final String ASIDE = ".aside-";

    /** Says what a merged directory was made of. */
    static final String PROVENANCE = "attune-merge.json";

    private final Path base;
    private final Path adapter;

    /**
     * @param base a Hugging Face directory
     * @param adapter a directory with adapter_config.json and adapter_model.safetensors
     */
    public AdapterMerge(Path base, Path adapter) {
        this.base = base;
        this.adapter = adapter;
    }

    /** Hears how far a merge is. */
    @FunctionalInterface
    public interface Progress {
        /**
         * A file of weights is written.
         *
         * @param number of the file, from 1
         * @param merged how many of its matrices the adapter changed
         */
        void written(String file, int number, int files, int merged);

        /** The next tensor is begun; what is thrown here ends the merge, and leaves nothing. */
        default void next() {}
    }

    /**
     * @param target must not be there yet
     * @throws MergeException if the two do not belong together, or cannot be merged
     * @throws IOException if a file cannot be read or written
     */
    public void writeTo(Path target, Progress progress) throws MergeException, IOException {
        if (Files.exists(target)) {
            throw new MergeException(target + " is there already: weights are never written over others");
        }
        BaseFiles files = BaseFiles.of(base);
        Path folder =
                Objects.requireNonNull(target.toAbsolutePath().normalize().getParent(), "what is not there is no root");
        Files.createDirectories(folder);
        requireSpace(folder, files.bytes());
        try (Adapter change = Adapter.open(adapter)) {
            requireTargets(files, change);
            Path aside = Files.createTempDirectory(folder, ASIDE);
            try {
                // A temporary directory is its owner's alone; what servers read is not.
                Path model = Files.createDirectory(aside.resolve("model"));
                write(files, change, model, progress);
                Files.move(model, target, StandardCopyOption.ATOMIC_MOVE);
                DurableFiles.force(folder);
            } finally {
                delete(aside);
            }
        }
    }

    private static void requireSpace(Path folder, long bytes) throws MergeException, IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < bytes) {
            throw new MergeException(folder + " has " + free + " bytes free, the merged weights need " + bytes);
        }
    }

    /** Before anything is written: every change has its matrix. */
    private static void requireTargets(BaseFiles files, Adapter change) throws MergeException, IOException {
        Set<String> missing = new TreeSet<>(change.targets());
        for (String shard : files.shards()) {
            try (SafeTensors tensors = SafeTensors.open(files.directory().resolve(shard))) {
                missing.removeAll(tensors.tensors().keySet());
            }
        }
        if (!missing.isEmpty()) {
            throw new MergeException("the adapter changes '"
                    + missing.iterator().next() + "', which " + files.directory() + " does not have (" + missing.size()
                    + " missing): is this the base that it was trained on?");
        }
    }

    private void write(BaseFiles files, Adapter change, Path model, Progress progress)
            throws MergeException, IOException {
        int number = 0;
        for (String shard : files.shards()) {
            int merged = new ShardMerge(files.directory().resolve(shard), change).write(model.resolve(shard), progress);
            progress.written(shard, ++number, files.shards().size(), merged);
        }
        for (Path companion : files.companions()) {
            DurableFiles.write(model.resolve(companion.getFileName()), Files.readAllBytes(companion));
        }
        DurableFiles.write(model.resolve(PROVENANCE), provenance(change.config()));
        DurableFiles.force(model);
    }

    /** What the directory was made of, for whoever finds it. */
    private byte[] provenance(PeftConfig config) throws IOException {
        return """
                {
                  "baseRevision" : "%s",
                  "adapterSha256" : "%s",
                  "scale" : %s
                }
                """.formatted(
                        BaseRevision.of(base),
                        Digests.sha256(adapter.resolve(PeftConfig.WEIGHTS_FILE_NAME)),
                        config.scale())
                .getBytes(StandardCharsets.UTF_8);
    }

    static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            List<Path> deepestFirst;
            try (Stream<Path> walk = Files.walk(directory)) {
                deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        }
    }
}
