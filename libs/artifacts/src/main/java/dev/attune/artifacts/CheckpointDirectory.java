package dev.attune.artifacts;

import dev.attune.artifacts.CheckpointManifest.FileEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The directory of one checkpoint. The trainer writes its files, then the manifest over them; the publisher verifies it
 * before it believes a byte.
 *
 * @param root the directory
 */
public record CheckpointDirectory(Path root) {

    public static final String MANIFEST = "manifest.json";
    public static final String ADAPTER = "adapter";
    public static final String ADAPTER_CONFIG = ADAPTER + "/" + PeftConfig.FILE_NAME;
    public static final String ADAPTER_WEIGHTS = ADAPTER + "/" + PeftConfig.WEIGHTS_FILE_NAME;
    public static final String MODEL = "model";
    public static final String MODEL_WEIGHTS = MODEL + "/model.safetensors";
    public static final String PROBES = "probes.json";
    public static final String BATCHES = "batches.jsonl";
    /** What the trainer goes on from begins with this: no part of a release. */
    public static final String TRAINER_STATE = "state/";

    private static final List<String> REQUIRED = List.of(PROBES, BATCHES);
    private static final List<String> REQUIRED_OF_ADAPTER = List.of(ADAPTER_CONFIG, ADAPTER_WEIGHTS);
    private static final List<String> REQUIRED_OF_MODEL =
            List.of(MODEL + "/config.json", MODEL_WEIGHTS, MODEL + "/tokenizer.json");

    /** A checkpoint has about ten files: this many are a fault, and the walk must end. */
    private static final int MAX_FILES = 1_000;

    /** What was verified: manifest and the digest that stands for the whole directory. */
    public record Verified(CheckpointManifest manifest, String artifactSha256) {

        /** The name that step and digest give. */
        public CheckpointVersion version() {
            return CheckpointVersion.of(manifest.step(), artifactSha256);
        }
    }

    public Path manifest() {
        return root.resolve(MANIFEST);
    }

    /** The PEFT adapter, where that is what the checkpoint holds: the directory that serving loads. */
    public Path adapter() {
        return root.resolve(ADAPTER);
    }

    /** The whole model, where that is what the checkpoint holds: a Hugging Face directory. */
    public Path model() {
        return root.resolve(MODEL);
    }

    /** Where the weights that were learned lie. */
    public Path learned(ArtifactKind kind) {
        return switch (kind) {
            case ADAPTER -> adapter();
            case MODEL -> model();
        };
    }

    private static List<String> requiredOf(ArtifactKind kind) {
        return switch (kind) {
            case ADAPTER -> REQUIRED_OF_ADAPTER;
            case MODEL -> REQUIRED_OF_MODEL;
        };
    }

    public Path adapterConfig() {
        return root.resolve(ADAPTER_CONFIG);
    }

    public Path adapterWeights() {
        return root.resolve(ADAPTER_WEIGHTS);
    }

    public Path probes() {
        return root.resolve(PROBES);
    }

    public Path batches() {
        return root.resolve(BATCHES);
    }

    /** Digest and size of every file but the manifest, by path: what the manifest has to say. */
    public SortedMap<String, FileEntry> describeFiles() throws IOException {
        return describeFiles(Map.of());
    }

    /** @param known what is known of some of the files, by path: they are not read */
    public SortedMap<String, FileEntry> describeFiles(Map<String, FileEntry> known) throws IOException {
        SortedMap<String, FileEntry> files = new TreeMap<>();
        for (String path : list()) {
            Path file = root.resolve(path);
            FileEntry entry = known.get(path);
            files.put(path, entry != null ? entry : new FileEntry(Digests.sha256(file), Files.size(file)));
        }
        return files;
    }

    /**
     * Writes the manifest, forced to the disk.
     *
     * @return the artifact digest: SHA-256 of the manifest, 64 hexadecimal digits
     */
    public String writeManifest(CheckpointManifest manifest) throws IOException {
        byte[] json = manifest.toJson();
        DurableFiles.replace(manifest(), json);
        return Digests.sha256(json);
    }

    /**
     * Reads every byte: each file is there with the size and digest that the manifest says, no file is there that it
     * does not name, and none is a link.
     *
     * @throws BrokenArtifactException naming the first file that is wrong
     */
    public Verified verify() throws IOException {
        return verify(CheckpointManifest::files);
    }

    /**
     * As {@link #verify}, of a copy that was released: the trainer's own files need not be there, and are not read where
     * they are.
     *
     * @throws BrokenArtifactException naming the first file that is wrong
     */
    public Verified verifyReleased() throws IOException {
        return verify(CheckpointManifest::released);
    }

    /** The manifest as it is on the disk: its SHA-256 is the artifact digest. */
    public byte[] manifestBytes() throws IOException {
        return ArtifactJson.readBytes(manifest());
    }

    private Verified verify(Function<CheckpointManifest, SortedMap<String, FileEntry>> filesToRead) throws IOException {
        if (!Files.isRegularFile(manifest(), LinkOption.NOFOLLOW_LINKS)) {
            throw new BrokenArtifactException(manifest(), "is missing");
        }
        byte[] json = manifestBytes();
        CheckpointManifest manifest = CheckpointManifest.parse(manifest(), json);
        TreeSet<String> unnamed = new TreeSet<>(list());
        unnamed.removeAll(manifest.files().keySet());
        if (!unnamed.isEmpty()) {
            throw new BrokenArtifactException(root.resolve(unnamed.first()), "is not named in the manifest");
        }
        requireNamed(manifest, requiredOf(manifest.kind()));
        requireNamed(manifest, REQUIRED);
        for (Map.Entry<String, FileEntry> file : filesToRead.apply(manifest).entrySet()) {
            verify(root.resolve(file.getKey()), file.getValue());
        }
        return new Verified(manifest, Digests.sha256(json));
    }

    private void requireNamed(CheckpointManifest manifest, List<String> files) throws IOException {
        for (String required : files) {
            if (!manifest.files().containsKey(required)) {
                throw new BrokenArtifactException(manifest(), "does not name " + required);
            }
        }
    }

    private static void verify(Path file, FileEntry expected) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new BrokenArtifactException(file, "is missing");
        }
        long bytes = Files.size(file);
        if (bytes != expected.bytes()) {
            throw new BrokenArtifactException(file, "has " + bytes + " bytes, the manifest says " + expected.bytes());
        }
        String sha256 = Digests.sha256(file);
        if (!sha256.equals(expected.sha256())) {
            throw new BrokenArtifactException(
                    file, "has SHA-256 " + sha256 + ", the manifest says " + expected.sha256());
        }
    }

    /** Paths of all files but the manifest, relative, with forward slashes. */
    private List<String> list() throws IOException {
        List<Path> found;
        try (Stream<Path> walk = Files.walk(root)) {
            found = walk.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .limit(MAX_FILES + 1L)
                    .toList();
        }
        if (found.size() > MAX_FILES) {
            throw new BrokenArtifactException(root, "holds more than " + MAX_FILES + " files");
        }
        for (Path file : found) {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new BrokenArtifactException(file, "is a link or a special file");
            }
        }
        return found.stream()
                .map(file -> root.relativize(file).toString().replace('\\', '/'))
                .filter(path -> !path.equals(MANIFEST))
                .sorted()
                .toList();
    }
}
