package dev.attune.ingest.gateway;

import dev.attune.ingest.gateway.access.TenantSettings;
import dev.attune.ingest.gateway.credential.AccessSettings;
import dev.attune.ingest.gateway.event.Ids;
import dev.attune.ingest.gateway.route.InFlightBytes;
import dev.attune.ingest.gateway.status.StatusSettings;
import dev.attune.ingest.gateway.telemetry.TelemetrySettings;
import dev.attune.kit.Checks;
import dev.attune.kit.KafkaSettings;
import dev.attune.kit.SchemaRegistrySettings;
import dev.attune.kit.Setting;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The gateway's configuration. */
public record GatewayConfig(
        @Setting("Where it listens.") HttpSettings http,
        @Setting("Where the events go.") KafkaSettings kafka,
        @Setting("Where their schemas are registered.") SchemaRegistrySettings schemaRegistry,

        @Setting(value = "Put before every topic name.", byDefault = Topics.DEFAULT_PREFIX)
        String topicPrefix,

        @Setting(value = "The model family of events that name none.", byDefault = "default")
        String modelId,

        @Setting("Who may send events.") List<TenantSettings> tenants,
        @Setting("How they prove who they are.") AccessSettings access,
        @Setting("How much of everything is taken.") LimitSettings limits,

        @Setting(
                value = "How long a request waits for Kafka before it is answered 503, from 100ms to 2m.",
                byDefault = "10s")
        Duration acknowledgementTimeout,

        @Setting(
                value =
                        "Bytes of memory for requests that are read or wait for Kafka, about four a byte of JSON; requests above that are answered 429.",
                byDefault = "67108864")
        long maxInFlightBytes,

        @Setting("What it can say of events after their acknowledgement.")
        StatusSettings status,

        @Setting(value = "Whether /openapi and /docs describe the API to everybody who asks.", byDefault = "true")
        boolean apiDocuments,

        @Setting("What it tells a collector of OpenTelemetry.")
        TelemetrySettings telemetry) {

    /** What an acknowledgement rests on is not for an operator to change. */
    private static final Set<String> FIXED = Set.of(
            "acks",
            "enable.idempotence",
            "delivery.timeout.ms",
            "max.block.ms",
            "key.serializer",
            "value.serializer",
            "bootstrap.servers");

    private static final Duration LEAST_TIMEOUT = Duration.ofMillis(100);
    private static final Duration MOST_TIMEOUT = Duration.ofMinutes(2);

    public GatewayConfig {
        for (String property : FIXED) {
            Checks.that(
                    !kafka.properties().containsKey(property),
                    "kafka.properties." + property,
                    "is the gateway's own, because its acknowledgements rest on it: remove it");
        }
        Checks.notBlank("modelId", modelId);
        Checks.that(Ids.isLegal(modelId), "modelId", "must have " + Ids.RULE + ", but is '" + modelId + "'");
        Checks.notEmpty("tenants", tenants);
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < tenants.size(); i++) {
            String id = tenants.get(i).id();
            Checks.that(ids.add(id), "tenants[" + i + "].id", "'" + id + "' is there twice");
        }
        tenants = List.copyOf(tenants);
        Checks.that(
                !access.isEmpty()
                        || tenants.stream().anyMatch(tenant -> !tenant.apiKeys().isEmpty()),
                "access.keysFile",
                "has to be set where no tenant has apiKeys: nobody could send anything");
        Checks.between(
                "acknowledgementTimeout (ms)",
                acknowledgementTimeout.toMillis(),
                LEAST_TIMEOUT.toMillis(),
                MOST_TIMEOUT.toMillis());
        Checks.atLeast("maxInFlightBytes", maxInFlightBytes, InFlightBytes.least(http.maxBodyBytes()));
        try {
            new Topics(topicPrefix);
        } catch (IllegalArgumentException e) {
            Checks.that(false, "topicPrefix", String.valueOf(e.getMessage()));
        }
    }

    /** One that exports nothing. */
    public GatewayConfig(
            HttpSettings http,
            KafkaSettings kafka,
            SchemaRegistrySettings schemaRegistry,
            String topicPrefix,
            String modelId,
            List<TenantSettings> tenants,
            AccessSettings access,
            LimitSettings limits,
            Duration acknowledgementTimeout,
            long maxInFlightBytes,
            StatusSettings status,
            boolean apiDocuments) {
        this(
                http,
                kafka,
                schemaRegistry,
                topicPrefix,
                modelId,
                tenants,
                access,
                limits,
                acknowledgementTimeout,
                maxInFlightBytes,
                status,
                apiDocuments,
                TelemetrySettings.OFF);
    }

    public Topics topics() {
        return new Topics(topicPrefix);
    }
}
