package dev.attune.publisher.store.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.artifacts.ArtifactKind;
import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.artifacts.CheckpointManifest.FileEntry;
import dev.attune.artifacts.CheckpointVersion;
import dev.attune.artifacts.Digests;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import land.oras.ArtifactType;
import land.oras.Config;
import land.oras.Layer;
import land.oras.Manifest;

/**
 * A release as the CNCF's ModelPack specification wants it (github.com/modelpack/model-spec, version 1): one layer a file,
 * neither packed nor compressed. The same release gives the same bytes.
 */
final class ModelPack {

    static final ArtifactType ARTIFACT_TYPE = ArtifactType.from("application/vnd.cncf.model.manifest.v1+json");

    private static final String CONFIG = "application/vnd.cncf.model.config.v1+json";
    private static final String WEIGHTS = "application/vnd.cncf.model.weight.v1.raw";
    private static final String WEIGHT_CONFIG = "application/vnd.cncf.model.weight.config.v1.raw";
    private static final String DOCUMENTATION = "application/vnd.cncf.model.doc.v1.raw";

    private static final String FILE_PATH = "org.cncf.model.filepath";
    /** What {@code oras pull} names files by. */
    private static final String TITLE = "org.opencontainers.image.title";

    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelPack() {}

    /** The configuration that belongs to {@link #manifest}. */
    static byte[] config(String artifactSha256, CheckpointManifest manifest) {
        Map<String, Object> descriptor = new LinkedHashMap<>();
        descriptor.put("createdAt", manifest.createdAt().toString());
        descriptor.put("name", manifest.modelId());
        descriptor.put("version", version(artifactSha256, manifest));
        descriptor.put("revision", Digests.prefixed(artifactSha256));
        descriptor.put(
                "description",
                switch (manifest.kind()) {
                    case ADAPTER -> "PEFT adapter on " + manifest.base().name();
                    case MODEL -> "model trained from " + manifest.base().name();
                });
        List<String> digests = layers(artifactSha256, 0, manifest).stream()
                .map(Layer::getDigest)
                .toList();
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("descriptor", descriptor);
        config.put("modelfs", Map.of("type", "layers", "diffIds", digests));
        config.put("config", Map.of("format", "safetensors"));
        try {
            return JSON.writeValueAsString(config).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a configuration can always be written", e);
        }
    }

    /** @param config the descriptor of {@link #config} */
    static Manifest manifest(String artifactSha256, long manifestBytes, CheckpointManifest manifest, Layer config) {
        Map<String, String> annotations = new TreeMap<>();
        annotations.put("org.opencontainers.image.created", manifest.createdAt().toString());
        annotations.put(TITLE, manifest.modelId());
        annotations.put("org.opencontainers.image.version", version(artifactSha256, manifest));
        annotations.put("dev.attune.artifact", Digests.prefixed(artifactSha256));
        annotations.put("dev.attune.base", manifest.base().name());
        annotations.put(
                "dev.attune.base.revision", Digests.prefixed(manifest.base().revision()));
        if (manifest.parent() != null) {
            annotations.put("dev.attune.parent", manifest.parent());
        }
        return Manifest.empty()
                .withArtifactType(ARTIFACT_TYPE)
                .withConfig(Config.fromBlob(CONFIG, config))
                .withLayers(layers(artifactSha256, manifestBytes, manifest))
                .withAnnotations(annotations);
    }

    private static List<Layer> layers(String artifactSha256, long manifestBytes, CheckpointManifest manifest) {
        List<Layer> layers = new ArrayList<>();
        layers.add(layer(CheckpointDirectory.MANIFEST, new FileEntry(artifactSha256, manifestBytes), DOCUMENTATION));
        manifest.released().forEach((path, entry) -> layers.add(layer(path, entry, mediaType(path, manifest.kind()))));
        return layers;
    }

    private static Layer layer(String path, FileEntry entry, String mediaType) {
        return Layer.fromDigest(Digests.prefixed(entry.sha256()), entry.bytes())
                .withMediaType(mediaType)
                .withAnnotations(new TreeMap<>(Map.of(FILE_PATH, path, TITLE, path)));
    }

    private static String mediaType(String path, ArtifactKind kind) {
        String learned = switch (kind) {
            case ADAPTER -> CheckpointDirectory.ADAPTER;
            case MODEL -> CheckpointDirectory.MODEL;
        };
        if (!path.startsWith(learned + "/")) {
            return DOCUMENTATION;
        }
        return path.endsWith(".safetensors") ? WEIGHTS : WEIGHT_CONFIG;
    }

    private static String version(String artifactSha256, CheckpointManifest manifest) {
        return CheckpointVersion.of(manifest.step(), artifactSha256).toString();
    }
}
