package dev.attune.schemas;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.net.httpserver.HttpServer;
import dev.attune.events.FeedbackGiven;
import dev.attune.schemas.UnreadableRecordException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a registry, or whatever stands before it, may answer for a schema id. Only its own word that there is no such schema makes
 * a record unreadable; everything else may pass, and must not cost a record.
 */
class RegistryAnswersTest {
    private static final byte[] RECORD = {0, 0, 0, 0, 17, 1, 2, 3};
    private static final Map<String, String> QUICK =
            Map.of("http.connect.timeout.ms", "300", "http.read.timeout.ms", "300");

    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void itsOwnWordThatThereIsNoSuchSchema() {
        answer(404, "{\"error_code\": 40403, \"message\": \"Schema not found\"}");

        assertThatThrownBy(() -> read(url()))
                .asInstanceOf(type(UnreadableRecordException.class))
                .extracting(UnreadableRecordException::reason)
                .isEqualTo(Reason.UNKNOWN_SCHEMA_ID);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "500 | {\"error_code\": 50001, \"message\": \"Error in the backend datastore\"}",
                "500 | ``",
                "503 | <html>Service Unavailable</html>",
                "504 | upstream request timeout",
                "429 | {\"error_code\": 429, \"message\": \"Too many requests\"}",
                "401 | {\"error_code\": 40101, \"message\": \"Unauthorized\"}",
                "403 | ``",
                "404 | <html>default backend - 404</html>",
                "404 | ``",
                "404 | {\"error_code\": 404, \"message\": \"HTTP 404 Not Found\"}",
                "200 | <html>Please log in</html>",
                "200 | {}",
                "200 | {\"status\": \"UP\"}",
            })
    void anythingElseMayPass(int status, @Nullable String body) {
        answer(status, body);

        mayPass(url());
    }

    @Test
    void nobodyListens() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }

        mayPass("http://127.0.0.1:" + free);
    }

    @Test
    void somebodyListensAndNeverAnswers() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            mayPass("http://127.0.0.1:" + socket.getLocalPort());
        }
    }

    private static void mayPass(String url) {
        assertThatThrownBy(() -> read(url))
                .isInstanceOf(SerializationException.class)
                .isNotInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("schema id 17");
    }

    private static void read(String url) {
        AvroSerdes serdes = new AvroSerdes(RegistryClients.create(url, QUICK));
        serdes.deserializer(FeedbackGiven.class).deserialize("t", RECORD);
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(int status, @Nullable String body) {
        byte[] bytes = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }
}
