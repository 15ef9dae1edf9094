package dev.attune.publisher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.kit.ConfigException;
import dev.attune.publisher.store.oci.OciBlobs;
import dev.attune.publisher.store.oci.OciSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OciArtifactStoreTest extends ArtifactStoreContract {

    @TempDir
    static Path registryFolder;

    private static DockerRegistry registry;

    private final OciSettings settings = registry.settings();

    @BeforeAll
    static void startRegistry() throws IOException {
        registry = DockerRegistry.start(registryFolder);
    }

    @AfterAll
    static void stopRegistry() {
        if (registry != null) {
            registry.close();
        }
    }

    @Override
    ArtifactStore open(Path folder) throws IOException {
        return new RemoteArtifactStore(OciBlobs.open(settings), folder.resolve("replicas"));
    }

    @Override
    void tamper(StoredCheckpoint stored, String path) throws IOException {
        Path blob = registry.blob(stored.sha256(path));
        byte[] content = Files.readAllBytes(blob);
        content[content.length - 1] ^= 1;
        Files.write(blob, content);
    }

    /** As the ModelPack specification has it: what other tools look for. */
    @Test
    void anArtifactIsAModelPack() throws Exception {
        StoredCheckpoint checkpoint = StoredCheckpoint.write(folder.resolve("another"));
        try (ArtifactStore store = open(folder)) {
            store.put(checkpoint.directory(), checkpoint.verified());
        }

        JsonNode manifest = get("manifests/artifact-" + checkpoint.artifactSha256());
        JsonNode config = get("blobs/" + manifest.at("/config/digest").asText());

        assertThat(manifest.path("artifactType").asText()).isEqualTo("application/vnd.cncf.model.manifest.v1+json");
        assertThat(manifest.at("/config/mediaType").asText()).isEqualTo("application/vnd.cncf.model.config.v1+json");
        List<String> layers = new ArrayList<>();
        List<String> digests = new ArrayList<>();
        for (JsonNode layer : manifest.path("layers")) {
            layers.add(layer.at("/annotations/org.cncf.model.filepath").asText() + " "
                    + layer.path("mediaType").asText());
            digests.add(layer.path("digest").asText());
        }
        assertThat(layers)
                .containsExactly(
                        "manifest.json application/vnd.cncf.model.doc.v1.raw",
                        "adapter/adapter_config.json application/vnd.cncf.model.weight.config.v1.raw",
                        "adapter/adapter_model.safetensors application/vnd.cncf.model.weight.v1.raw",
                        "batches.jsonl application/vnd.cncf.model.doc.v1.raw",
                        "probes.json application/vnd.cncf.model.doc.v1.raw");
        assertThat(digests.getFirst()).isEqualTo("sha256:" + checkpoint.artifactSha256());
        List<String> diffIds = new ArrayList<>();
        config.at("/modelfs/diffIds").forEach(digest -> diffIds.add(digest.asText()));
        assertThat(diffIds).isEqualTo(digests);
        assertThat(config.at("/modelfs/type").asText()).isEqualTo("layers");
        assertThat(config.at("/descriptor/version").asText())
                .isEqualTo(checkpoint.verified().version().toString());
        assertThat(config.at("/config/format").asText()).isEqualTo("safetensors");
    }

    /** Whoever may push can move a tag; what is fetched is taken by digest all the same. */
    @Test
    void aTagThatWasMovedChangesNothingOfWhatIsFetched() throws Exception {
        StoredCheckpoint one = StoredCheckpoint.write(folder.resolve("one"));
        StoredCheckpoint other = StoredCheckpoint.write(folder.resolve("other"));
        try (ArtifactStore store = open(folder)) {
            store.put(one.directory(), one.verified());
            store.put(other.directory(), other.verified());
            move("artifact-" + other.artifactSha256(), "artifact-" + one.artifactSha256());

            CheckpointDirectory fetched = store.fetch(one.artifactSha256()).orElseThrow();

            assertThat(fetched.verifyReleased()).isEqualTo(one.verified());
        }
    }

    @Test
    void aRegistryThatIsNotThereAndOneWithoutAPlaceForThePointerAreRefused() {
        OciSettings nowhere = new OciSettings(
                "127.0.0.1:1", "models/support", true, null, settings.callTimeout(), settings.uploadTimeout());

        assertThatThrownBy(() -> ReleaseStore.open(new StoreSettings(
                        null,
                        null,
                        nowhere,
                        folder.resolve("replicas"),
                        new PointerSettings(folder.resolve("pointers"), null),
                        null)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("127.0.0.1:1");
        assertThatThrownBy(() -> new StoreSettings(null, null, settings, folder.resolve("replicas"), null, null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("pointer")
                .hasMessageContaining("compare-and-swap");
    }

    private JsonNode get(String path) throws Exception {
        return new ObjectMapper().readTree(send(request(path).GET().build()));
    }

    private void move(String from, String to) throws Exception {
        String manifest = send(request("manifests/" + from).GET().build());
        send(request("manifests/" + to)
                .header("Content-Type", "application/vnd.oci.image.manifest.v1+json")
                .PUT(HttpRequest.BodyPublishers.ofString(manifest))
                .build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://" + settings.registry() + "/v2/" + settings.repository() + "/" + path))
                .header("Accept", "application/vnd.oci.image.manifest.v1+json");
    }

    private static String send(HttpRequest request) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isIn(200, 201);
            return answer.body();
        }
    }
}
