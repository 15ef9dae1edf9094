package dev.attune.publisher.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.kit.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteFileTest {

    private static final String API = "inference.networking.x-k8s.io/v1alpha2";

    @TempDir
    private Path folder;

    private Path file;
    private RouteFile route;

    @BeforeEach
    void open() {
        file = folder.resolve("route.yaml");
        route = new RouteFile(new RouteSettings(file, "support", "chat", "vllm-pool", "support", API));
    }

    @Test
    void whileACanaryRunsTheWeightsAreItsShare() throws IOException {
        route.write(new Traffic("support-v1", "support-v2", 0.05));

        assertThat(file).hasContent("""
                apiVersion: inference.networking.x-k8s.io/v1alpha2
                kind: InferenceModelRewrite
                metadata:
                  name: support
                  namespace: chat
                spec:
                  poolRef:
                    group: inference.networking.k8s.io
                    name: vllm-pool
                  rules:
                  - matches:
                    - model:
                        type: Exact
                        value: support
                    targets:
                    - modelRewrite: support-v1
                      weight: 950
                    - modelRewrite: support-v2
                      weight: 50
                """);
    }

    @Test
    void withoutACanaryThereIsOneTargetAndNothingElseIsLeft() throws IOException {
        route.write(new Traffic("support-v1", "support-v2", 0.05));
        route.write(new Traffic("support-v2", null, 0));

        assertThat(Files.readString(file))
                .contains("modelRewrite: support-v2")
                .contains("weight: 1000")
                .doesNotContain("v1\n");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aShadowGetsNoTraffic() throws IOException {
        route.write(new Traffic("base", "support-v2", 0));

        assertThat(Files.readString(file)).contains("modelRewrite: base").doesNotContain("support-v2");
    }

    @Test
    void whatIsNoNameInKubernetesIsRefused() {
        assertThatThrownBy(() -> new RouteSettings(file, "Support!", "chat", "pool", "support", API))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("name: must be lower-case letters");
    }
}
