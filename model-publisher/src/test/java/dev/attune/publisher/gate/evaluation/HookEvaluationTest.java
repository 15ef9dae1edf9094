package dev.attune.publisher.gate.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attune.publisher.http.JsonHttp;
import dev.attune.publisher.http.RetrySettings;
import dev.attune.publisher.http.StopSignal;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real server, which behaves as badly as servers do. */
@Timeout(30)
class HookEvaluationTest {

    private static final EvaluationSubject SUBJECT = new EvaluationSubject(
            "acme",
            "support",
            "v000032-0123456789ab",
            "support-v000032-0123456789ab",
            List.of("http://a:8000"),
            "/a/1");

    private final AtomicInteger requests = new AtomicInteger();

    @Test
    void yesIsYesAndTheCandidateIsInTheQuestion() throws Exception {
        AtomicReference<JsonNode> asked = new AtomicReference<>();
        AtomicReference<String> authorization = new AtomicReference<>();
        try (Hook hook = new Hook((request, response) -> {
            asked.set(JsonHttp.JSON.readTree(request.content().as(String.class)));
            authorization.set(request.headers().value(HeaderNames.AUTHORIZATION).orElse(""));
            response.send("{\"allow\": true, \"reason\": \"fine\"}");
        })) {
            hook.check();
        }

        assertThat(asked.get()).isEqualTo(JsonHttp.JSON.readTree("""
                        {"tenant": "acme", "modelId": "support", "version": "v000032-0123456789ab",
                         "servedName": "support-v000032-0123456789ab", "artifactPath": "/a/1",
                         "replicaUrls": ["http://a:8000"]}
                        """));
        assertThat(authorization.get()).isEqualTo("Bearer key");
    }

    @Test
    void noIsNoWithItsReasonOnOneLine() {
        assertRefused(
                (request, response) -> response.send("{\"allow\": false, \"reason\": \"toxicity 0.31\\nabove 0.2\"}"),
                RejectReason.EVALUATION_REFUSED,
                "said no: toxicity 0.31 above 0.2");
        assertThat(requests).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"allow": "true"}           | has no "allow" that is true or false
            {"allow": 1}                | has no "allow" that is true or false
            {"reason": "fine"}          | has no "allow" that is true or false
            [true]                      | has no "allow" that is true or false
            <html>Sign in</html>        | answered no JSON
            """)
    void whatIsNeitherYesNorNoIsNoYes(String body, String detail) {
        assertRefused((request, response) -> response.send(body), RejectReason.EVALUATION_UNANSWERED, detail);
        assertThat(requests).as("asked again, it would say the same").hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({"302", "401", "404"})
    void aServerThatDoesNotWantToBeAskedIsNoYes(int status) {
        assertRefused(
                (request, response) -> response.status(status).send("{\"allow\": true}"),
                RejectReason.EVALUATION_UNANSWERED,
                "it answered " + status);
        assertThat(requests).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({"500", "503", "429"})
    void aServerThatFailsIsAskedAgainUntilTheEnd(int status) {
        assertRefused(
                (request, response) -> response.status(status).send("overloaded"),
                RejectReason.EVALUATION_UNANSWERED,
                "given up after");
        assertThat(requests).hasValueGreaterThan(1);
    }

    @Test
    void aServerThatComesBackIsHeard() throws Exception {
        try (Hook hook = new Hook((request, response) -> {
            if (requests.get() < 3) {
                throw new CloseConnectionException("dropped");
            }
            response.send("{\"allow\": true}");
        })) {
            hook.check();
        }

        assertThat(requests).hasValue(3);
    }

    @Test
    void aServerThatIsNotThereIsNoYes() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }

        assertUnanswered("http://127.0.0.1:" + free + "/");
    }

    /** Accepts, and says nothing; says the beginning, and no more; drips a byte at a time. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nothing  | ''
            headers  | HTTP/1.1 200 OK\\r\\nContent-Length: 100\\r\\n\\r\\n
            half     | HTTP/1.1 200 OK\\r\\nContent-Length: 100\\r\\n\\r\\n{"allow": true,
            """)
    void aServerThatStallsHasATimeout(String what, String beginning) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            // Ends with the socket.
            Thread.ofVirtual().start(() -> stall(server, beginning.translateEscapes()));

            assertUnanswered("http://127.0.0.1:" + server.getLocalPort() + "/");
        }
    }

    private static void stall(ServerSocket server, String beginning) {
        List<Socket> open = new ArrayList<>();
        try {
            while (true) {
                Socket socket = server.accept();
                open.add(socket);
                InputStream request = socket.getInputStream();
                assertThat(request.read()).isPositive();
                OutputStream response = socket.getOutputStream();
                response.write(beginning.getBytes(StandardCharsets.US_ASCII));
                response.flush();
            }
        } catch (IOException e) {
            open.forEach(HookEvaluationTest::close);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertRefused(Handler handler, RejectReason reason, String detail) {
        try (Hook hook = new Hook(handler)) {
            assertThatThrownBy(hook::check).isInstanceOfSatisfying(RefusedException.class, refused -> {
                assertThat(refused.reason()).isEqualTo(reason);
                assertThat(refused.detail()).contains(detail);
            });
        }
    }

    private static void assertUnanswered(String url) {
        try (EvaluationGate gate = gate(url)) {
            assertThatThrownBy(() -> gate.check(SUBJECT)).isInstanceOfSatisfying(RefusedException.class, refused -> {
                assertThat(refused.reason()).isEqualTo(RejectReason.EVALUATION_UNANSWERED);
                assertThat(refused.detail()).contains("given up after");
            });
        }
    }

    private static EvaluationGate gate(String url) {
        RetrySettings retry = new RetrySettings(
                Duration.ofMillis(200), Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(500));
        return new EvaluationGate(new EvaluationSettings(null, new HookSettings(url, "key", retry)), new StopSignal());
    }

    /** A server with one endpoint, and the gate that asks it. */
    private final class Hook implements AutoCloseable {
        private final WebServer server;
        private final EvaluationGate gate;

        Hook(Handler handler) {
            this.server = WebServer.builder()
                    .host("127.0.0.1")
                    .port(0)
                    .shutdownHook(false)
                    .routing(HttpRouting.builder().post("/judge", (request, response) -> {
                        requests.incrementAndGet();
                        handler.handle(request, response);
                    }))
                    .build()
                    .start();
            this.gate = gate("http://127.0.0.1:" + server.port() + "/judge");
        }

        void check() throws RefusedException {
            gate.check(SUBJECT);
        }

        @Override
        public void close() {
            gate.close();
            server.stop();
        }
    }
}
