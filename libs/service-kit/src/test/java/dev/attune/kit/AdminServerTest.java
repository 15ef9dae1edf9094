package dev.attune.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AdminServerTest {
    private final AtomicReference<Optional<String>> problem = new AtomicReference<>(Optional.of("no topics"));

    @Test
    void healthAndMetricsAreServed() throws Exception {
        Health health = new Health().ready("kafka", problem::get);
        try (AdminServer server =
                AdminServer.start(new AdminSettings("127.0.0.1", 0), health, Metrics.prometheus("sample"))) {
            assertThat(get(server, "/health/live").statusCode()).isEqualTo(200);
            assertThat(get(server, "/health/ready").statusCode()).isEqualTo(503);
            assertThat(get(server, "/health/ready").body()).contains("\"kafka\":\"no topics\"");

            problem.set(Optional.empty());

            assertThat(get(server, "/health/ready").statusCode()).isEqualTo(200);
            assertThat(get(server, "/metrics").body())
                    .contains("jvm_memory_used_bytes")
                    .contains("service=\"sample\"");
        }
    }

    @Test
    void aPortInUseIsOneClearMessage() {
        try (AdminServer first =
                AdminServer.start(new AdminSettings("127.0.0.1", 0), new Health(), Metrics.prometheus("first"))) {
            AdminSettings taken = new AdminSettings("127.0.0.1", first.port());

            assertThatThrownBy(() -> AdminServer.start(taken, new Health(), Metrics.prometheus("second")))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith("admin.port: port " + first.port() + " on 127.0.0.1 cannot be taken");
        }
    }

    private static HttpResponse<String> get(AdminServer server, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
