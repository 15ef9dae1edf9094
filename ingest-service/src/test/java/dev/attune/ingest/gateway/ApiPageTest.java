package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.ingest.gateway.Http.Answer;
import dev.attune.ingest.gateway.openapi.Contract;
import dev.attune.ingest.gateway.status.StatusSettings;
import dev.attune.kit.KafkaSettings;
import dev.attune.kit.SchemaRegistrySettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The document and its page as they are served. Neither needs Kafka. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiPageTest {
    private Gateway gateway;
    private Http http;

    @BeforeAll
    void start() {
        gateway = Gateway.start(config(true));
        http = new Http(gateway.port());
    }

    @AfterAll
    void stop() {
        http.close();
        gateway.close();
    }

    private static GatewayConfig config(boolean apiDocuments) {
        return new GatewayConfig(
                new HttpSettings("127.0.0.1", 0, TestConfigs.MAX_BODY_BYTES),
                new KafkaSettings("127.0.0.1:1", Map.of()),
                new SchemaRegistrySettings("http://127.0.0.1:1", Map.of()),
                "nowhere.",
                "support",
                TestConfigs.tenants(),
                TestKeys.access(),
                LimitSettings.DEFAULTS,
                Duration.ofSeconds(2),
                1 << 20,
                StatusSettings.none(),
                apiDocuments);
    }

    private Answer get(String path, String... headers) {
        return http.send(
                headers.length == 0 ? http.request(path) : http.request(path).headers(headers));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json | application/json",
                "*/* | application/json",
                "image/png | application/json",
                "no media type at all | application/json",
                "application/yaml | application/yaml",
                "application/vnd.oai.openapi+yaml;version=3.1 | application/yaml",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | text/html; charset=utf-8",
                "application/json;q=0.5, application/yaml | application/yaml",
            })
    void theDocumentComesInTheFormThatIsAskedFor(String accept, String type) {
        Answer answer = get("/openapi", "Accept", accept);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).isEqualTo(type);
        assertThat(answer.header("vary")).isEqualTo("Accept");
    }

    @Test
    void itSaysTheSameAsJsonAndAsYaml() {
        assertThat(get("/openapi.json").json()).isEqualTo(Contract.read().root());
        assertThat(get("/openapi.yaml").text()).startsWith("openapi: 3.1.0\n");
        assertThat(get("/openapi").json()).isEqualTo(get("/openapi.json").json());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/openapi",
                "/openapi.json",
                "/openapi.yaml",
                "/docs",
                "/docs/page.js",
                "/docs/page.css",
                "/docs/swagger-ui.css",
                "/docs/swagger-ui-bundle.js"
            })
    void whoHasItAlreadyIsToldSo(String path) {
        Answer first = get(path);
        Answer second = get(path, "If-None-Match", first.header("etag"));

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.text()).isNotEmpty();
        assertThat(first.header("cache-control")).isEqualTo("public, no-cache");
        assertThat(first.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(second.status()).isEqualTo(304);
        assertThat(second.text()).isEmpty();
    }

    @Test
    void thePageLoadsOnlyFilesOfThisGatewayAndRunsNoScriptOfAnotherPlace() {
        Answer page = get("/docs");
        List<String> files = Pattern.compile("(?:src|href)=\"([^\"]+)\"")
                .matcher(page.text())
                .results()
                .map(match -> match.group(1))
                .filter(file -> !file.startsWith("data:"))
                .toList();

        assertThat(page.header("content-security-policy"))
                .contains("default-src 'none'", "script-src 'self';", "style-src 'self';", "connect-src 'self'")
                .doesNotContain("unsafe", "http:", "https:", "*");
        assertThat(page.text()).doesNotContain("<style", "http://", "https://", " on");
        assertThat(Pattern.compile("<script>|<script [^>]*>[^<]")
                        .matcher(page.text())
                        .find())
                .isFalse();
        assertThat(files)
                .contains("docs/page.js", "docs/swagger-ui-bundle.js")
                .allSatisfy(file -> assertThat(get("/" + file).status()).isEqualTo(200));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/docs/", "/docs/page.html", "/docs/..%2fopenapi.yaml", "/docs/swagger-ui.css/x", "/openapi.xml"
            })
    void nothingElseOfTheClassPathIsServed(String path) {
        assertThat(get(path).status()).isIn(400, 404);
    }

    @Test
    void bothCanBeSwitchedOff() throws Exception {
        try (Gateway closed = Gateway.start(config(false));
                Http client = new Http(closed.port())) {
            for (String path : List.of("/openapi", "/openapi.json", "/openapi.yaml", "/docs", "/docs/page.js")) {
                assertThat(client.get(path).status()).as(path).isEqualTo(404);
            }
        }
    }
}
