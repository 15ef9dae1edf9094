package dev.attune.publisher.merge;

import dev.attune.artifacts.CheckpointVersion;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The merged versions of one model: written once each, under their served names, and removed when they are of no more use. */
public final class MergedModels {

    private static final Logger LOG = LoggerFactory.getLogger(MergedModels.class);

    private final String modelId;
    private final Path base;
    private final Path directory;
    private final String servedDirectory;
    private final Runnable stopCheck;

    /**
     * @param base the model's Hugging Face directory
     * @param stopCheck asked while a version is merged; what it throws ends that
     * @throws IOException if the folder cannot be made
     */
    public MergedModels(String modelId, Path base, MergedSettings settings, Runnable stopCheck) throws IOException {
        this.modelId = modelId;
        this.base = base;
        this.stopCheck = stopCheck;
        this.directory =
                Files.createDirectories(settings.directory().toAbsolutePath().normalize());
        String served = settings.servedDirectory();
        this.servedDirectory = served == null ? directory.toString() : served;
    }

    /**
     * Merges a version, unless it is there.
     *
     * @param adapter the stored adapter, which never changes
     * @return its directory
     */
    public Path write(String servedName, Path adapter) throws MergeException, IOException {
        Path target = directory.resolve(servedName);
        if (!Files.isDirectory(target)) {
            long begun = System.nanoTime();
            new AdapterMerge(base, adapter).writeTo(target, new Watched(servedName));
            LOG.info("{} merged in {} s", servedName, (System.nanoTime() - begun) / 1_000_000_000);
        }
        return target;
    }

    /** The directory of {@link #write} as replicas see it. */
    public String served(String servedName) {
        return servedDirectory + "/" + servedName;
    }

    /** Removes what is no longer named, and what a kill left half-written. What is not of this class is left alone. */
    public void retain(Set<String> servedNames) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (isOurs(entry, name) && !servedNames.contains(name)) {
                    AdapterMerge.delete(entry);
                    LOG.info("merged {} is removed", name);
                }
            }
        }
    }

    private boolean isOurs(Path entry, String name) {
        if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (name.startsWith(AdapterMerge.ASIDE)) {
            return true;
        }
        String prefix = modelId + "-";
        return name.startsWith(prefix)
                && CheckpointVersion.isVersion(name.substring(prefix.length()))
                && Files.exists(entry.resolve(AdapterMerge.PROVENANCE));
    }

    /** Says how far a merge is, and hears that it is to end. */
    private final class Watched implements AdapterMerge.Progress {
        private final String servedName;

        Watched(String servedName) {
            this.servedName = servedName;
        }

        @Override
        public void written(String file, int number, int files, int merged) {
            LOG.info("{}: {} of {} files merged", servedName, number, files);
        }

        @Override
        public void next() {
            stopCheck.run();
        }
    }
}
