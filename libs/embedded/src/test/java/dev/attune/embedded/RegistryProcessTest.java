package dev.attune.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryProcessTest {
    private static final String SCHEMA = """
            {"schema": "{\\"type\\":\\"record\\",\\"name\\":\\"Word\\",\\"fields\\":[{\\"name\\":\\"text\\",\\"type\\":\\"string\\",\\"default\\":\\"\\"}]}"}""";
    private static final String SCHEMA_WITH_A_FIELD_WITHOUT_DEFAULT =
            SCHEMA.replace("\\\"fields\\\":[", "\\\"fields\\\":[{\\\"name\\\":\\\"size\\\",\\\"type\\\":\\\"int\\\"},");

    @TempDir
    Path folder;

    @Test
    void schemasAndIdsSurviveARestartAndTheLevelIsFullTransitive() throws Exception {
        String registered;
        try (RegistryProcess registry = RegistryProcess.start(0, folder)) {
            registered = post(registry, SCHEMA).body();
            assertThat(registered).matches("\\{\"id\":\\d+.*}");
        }

        try (RegistryProcess registry = RegistryProcess.start(0, folder)) {
            // When the same schema comes again, and then one that old readers cannot read
            HttpResponse<String> again = post(registry, SCHEMA);
            HttpResponse<String> incompatible = post(registry, SCHEMA_WITH_A_FIELD_WITHOUT_DEFAULT);

            assertThat(again.body()).isEqualTo(registered);
            assertThat(get(registry, "/config")).contains("FULL_TRANSITIVE");
            assertThat(incompatible.statusCode()).isEqualTo(409);
        }
    }

    @Test
    void aTemporaryRegistryLeavesNoProcessAndNoFolder() throws Exception {
        RegistryProcess registry = RegistryProcess.start();
        Path log = registry.process().log();
        assertThat(get(registry, "/subjects")).isEqualTo("[]");
        assertThat(log).exists();

        registry.close();

        assertThat(registry.process().isAlive()).isFalse();
        assertThat(Files.exists(log.getParent())).isFalse();
    }

    @Test
    void aPortInUseIsOneMessage() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> RegistryProcess.start(taken.getLocalPort(), folder))
                    .isInstanceOf(PortInUseException.class)
                    .hasMessageContaining("port " + taken.getLocalPort())
                    .hasMessageContaining("the Schema Registry");
        }
    }

    @Test
    void aRegistryThatDoesNotStartShowsTheEndOfItsLog() throws Exception {
        // Given a database file that is none
        Files.writeString(folder.resolve("registry.mv.db"), "not a database".repeat(1000));

        assertThatThrownBy(() -> RegistryProcess.start(0, folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the Schema Registry did not start")
                .hasMessageContaining("The end of its log:")
                .hasMessageContaining("registry.mv.db");
    }

    private static HttpResponse<String> post(RegistryProcess registry, String schema) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(registry.url() + "/subjects/words-value/versions"))
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .POST(HttpRequest.BodyPublishers.ofString(schema)));
    }

    private static String get(RegistryProcess registry, String path) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(registry.url() + path))).body();
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
