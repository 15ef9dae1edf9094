package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.ingest.gateway.credential.AccessSettings;
import dev.attune.ingest.gateway.credential.Credentials;
import dev.attune.ingest.gateway.credential.FileReloads;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayConfigTest {
    private static final String RIGHT = """
            kafka: { bootstrapServers: "broker:9092" }
            schemaRegistry: { url: "http://registry:8081" }
            tenants:
              - id: acme
                apiKeys: ["0123456789abcdef"]
                secret: "0123456789abcdef0123456789abcdef"
            """;

    @TempDir
    Path folder;

    @Test
    void whatIsNotSetHasItsDefault() throws Exception {
        GatewayConfig config = load(RIGHT);

        assertThat(config.http()).isEqualTo(new HttpSettings("0.0.0.0", 8080, 1_048_576));
        assertThat(config.topicPrefix()).isEqualTo("attune.");
        assertThat(config.acknowledgementTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.maxInFlightBytes()).isEqualTo(67_108_864);
        assertThat(config.limits()).isEqualTo(LimitSettings.DEFAULTS);
    }

    @Test
    void noSecretIsPrinted() throws Exception {
        assertThat(load(RIGHT).toString()).contains("acme").doesNotContain("0123456789abcdef");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "id: acme | id: Acme Inc | tenants[0].id: must be 1 to 63 lower-case letters",
                "[\"0123456789abcdef\"] | [] | access.keysFile: has to be set where no tenant has apiKeys",
                "[\"0123456789abcdef\"] | [\"short\"] | tenants[0].apiKeys[0]: must be 'sha256:' and 64 hex digits",
                "[\"0123456789abcdef\"] | [\"sha256:12\"] | tenants[0].apiKeys[0]: must be 'sha256:' and 64 hex digits",
                "\"0123456789abcdef0123456789abcdef\" | tooshort | tenants[0].secret: must have at least 32 characters, but has 8",
                "kafka: { | acknowledgementTimeout: 1h\\nkafka: { | acknowledgementTimeout (ms): must be from 100 to 120000",
                "kafka: { | maxInFlightBytes: 1000\\nkafka: { | maxInFlightBytes: must be at least 8390656, but is 1000",
                "kafka: { | limits: { maxBatchItems: 0 }\\nkafka: { | limits.maxBatchItems: must be from 1 to 10000, but is 0",
                "kafka: { | limits: { idleTimeout: 1ms }\\nkafka: { | limits.idleTimeout (ms): must be from 100",
                "kafka: { | modelId: a b\\nkafka: { | modelId: must have 1 to 128 characters",
                "kafka: { | topicPrefix: a/b\\nkafka: { | topicPrefix: topic prefix 'a/b'",
                "kafka: { | http: { maxBodyBytes: 1 }\\nkafka: { | http.maxBodyBytes: must be from 1024",
                "kafka: { | kafka: { properties: { acks: 1 }, | kafka.properties.acks: is the gateway's own",
            })
    void aWrongSettingIsNamedWithWhatWouldBeRight(String part, String replacement, String message) {
        String text = RIGHT.replace(part, replacement.replace("\\n", "\n"));

        assertThatThrownBy(() -> load(text)).isInstanceOf(ConfigException.class).hasMessageContaining(message);
    }

    @Test
    void aKeyOfTwoTenantsIsRefused() throws Exception {
        GatewayConfig config = load(RIGHT + """
                  - id: other
                    apiKeys: ["sha256:9f9f5111f7b27a781f1f1ddde5ebc2dd2b796bfc7365c9c28b548e564176929f"]
                    secret: "fedcba9876543210fedcba9876543210"
                """);

        assertThatThrownBy(() -> new Credentials(
                        config.tenants(),
                        AccessSettings.none(),
                        new FileReloads(Duration.ofSeconds(5), (what, used) -> {}),
                        Clock.systemUTC()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("tenants[1].apiKeys[0]: is also a key of another tenant");
    }

    @Test
    void aBrokerThatCannotBeResolvedIsOneMessage() throws Exception {
        GatewayConfig config = load(RIGHT.replace("broker:9092", "no-such-host.invalid:9092"));

        assertThatThrownBy(() -> Gateway.start(config))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("kafka: ")
                .hasMessageContaining("bootstrap");
    }

    private GatewayConfig load(String text) throws IOException {
        return ConfigFile.load(Files.writeString(folder.resolve("gateway.yaml"), text), GatewayConfig.class);
    }
}
