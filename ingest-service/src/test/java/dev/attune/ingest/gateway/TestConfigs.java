package dev.attune.ingest.gateway;

import dev.attune.ingest.gateway.access.TenantSettings;
import dev.attune.ingest.gateway.credential.AccessSettings;
import dev.attune.ingest.gateway.status.StatusSettings;
import dev.attune.kit.KafkaSettings;
import dev.attune.kit.SchemaRegistrySettings;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Gateway configurations on the tests' platform, with two tenants. */
final class TestConfigs {
    static final String SECRET = "a secret of the demo tenant, 32 characters and more";
    static final String OTHER_KEY = "other-key-0123456789";
    static final int MAX_BODY_BYTES = 65_536;

    /** The SHA-256 of {@link Http#KEY}. */
    static final String DIGEST_OF_KEY = "sha256:507636717dd889c4aca6e55fac6880c0e096f0160c1c940da0564f39301c6537";

    /** Small ones, so that tests reach them; the times are long enough for a slow machine. */
    static final LimitSettings LIMITS =
            new LimitSettings(100, 50_000, 64, 2000, Duration.ofSeconds(2), Duration.ofSeconds(30));

    private TestConfigs() {}

    static List<TenantSettings> tenants() {
        return List.of(
                new TenantSettings("demo", List.of(DIGEST_OF_KEY), SECRET),
                new TenantSettings("other", List.of(OTHER_KEY), SECRET + " of the other one"));
    }

    static GatewayConfig config(Platform platform, Topics topics, List<TenantSettings> tenants, AccessSettings access) {
        return config(
                platform.bootstrapServers(),
                platform.registryUrl(),
                topics,
                1 << 24,
                tenants,
                access,
                new HttpSettings("127.0.0.1", 0, MAX_BODY_BYTES));
    }

    static GatewayConfig config(Platform platform, Topics topics, TlsSettings tls) {
        return config(
                platform.bootstrapServers(),
                platform.registryUrl(),
                topics,
                1 << 24,
                tenants(),
                TestKeys.access(),
                new HttpSettings("127.0.0.1", 0, MAX_BODY_BYTES, tls));
    }

    static GatewayConfig config(Platform platform, Topics topics) {
        return config(platform.bootstrapServers(), platform.registryUrl(), topics, 1 << 24);
    }

    static GatewayConfig config(String bootstrapServers, String registryUrl, Topics topics, long maxInFlightBytes) {
        return config(
                bootstrapServers,
                registryUrl,
                topics,
                maxInFlightBytes,
                tenants(),
                TestKeys.access(),
                new HttpSettings("127.0.0.1", 0, MAX_BODY_BYTES));
    }

    private static GatewayConfig config(
            String bootstrapServers,
            String registryUrl,
            Topics topics,
            long maxInFlightBytes,
            List<TenantSettings> tenants,
            AccessSettings access,
            HttpSettings http) {
        return new GatewayConfig(
                http,
                new KafkaSettings(bootstrapServers, Map.of()),
                new SchemaRegistrySettings(registryUrl, Map.of()),
                topics.prefix(),
                "support",
                tenants,
                access,
                LIMITS,
                Duration.ofSeconds(2),
                maxInFlightBytes,
                StatusSettings.none(),
                true);
    }

    static GatewayConfig with(GatewayConfig config, StatusSettings status) {
        return new GatewayConfig(
                config.http(),
                config.kafka(),
                config.schemaRegistry(),
                config.topicPrefix(),
                config.modelId(),
                config.tenants(),
                config.access(),
                config.limits(),
                config.acknowledgementTimeout(),
                config.maxInFlightBytes(),
                status,
                config.apiDocuments());
    }
}
