package dev.attune.publisher.sign;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.artifacts.CheckpointVersion;
import dev.attune.artifacts.Digests;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is signed of a release: an in-toto statement that names each of its files, the manifest included.
 *
 * @param name {@code <model>-<version>}
 * @param resources SHA-256 of each file, by path
 */
record ModelStatement(String name, SortedMap<String, String> resources) {

    static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

    private static final String STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
    private static final String PREDICATE_TYPE = "https://model_signing/signature/v1.0";

    static ModelStatement of(String artifactSha256, CheckpointManifest manifest) {
        SortedMap<String, String> resources = new TreeMap<>();
        resources.put(CheckpointDirectory.MANIFEST, artifactSha256);
        manifest.released().forEach((path, entry) -> resources.put(path, entry.sha256()));
        return new ModelStatement(
                manifest.modelId() + "-" + CheckpointVersion.of(manifest.step(), artifactSha256), resources);
    }

    /** The statement's JSON, as a tree. */
    Map<String, Object> toTree() {
        Map<String, Object> serialization = new LinkedHashMap<>();
        serialization.put("method", "files");
        serialization.put("hash_type", "sha256");
        serialization.put("allow_symlinks", false);
        serialization.put("ignore_paths", List.of());
        List<Map<String, String>> files = resources.entrySet().stream()
                .map(file -> {
                    Map<String, String> resource = new LinkedHashMap<>();
                    resource.put("name", file.getKey());
                    resource.put("algorithm", "sha256");
                    resource.put("digest", file.getValue());
                    return resource;
                })
                .toList();
        Map<String, Object> predicate = new LinkedHashMap<>();
        predicate.put("serialization", serialization);
        predicate.put("resources", files);
        Map<String, Object> subject = new LinkedHashMap<>();
        subject.put("name", name);
        subject.put("digest", Map.of("sha256", rootDigest()));
        Map<String, Object> statement = new LinkedHashMap<>();
        statement.put("_type", STATEMENT_TYPE);
        statement.put("subject", List.of(subject));
        statement.put("predicateType", PREDICATE_TYPE);
        statement.put("predicate", predicate);
        return statement;
    }

    /** SHA-256 over the files' digests, in their order. */
    private String rootDigest() {
        MessageDigest root = Digests.newSha256();
        resources.values().forEach(digest -> root.update(HexFormat.of().parseHex(digest)));
        return HexFormat.of().formatHex(root.digest());
    }
}
