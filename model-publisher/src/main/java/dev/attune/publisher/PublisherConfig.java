package dev.attune.publisher;

import dev.attune.kit.AdminSettings;
import dev.attune.kit.Checks;
import dev.attune.kit.KafkaSettings;
import dev.attune.kit.SchemaRegistrySettings;
import dev.attune.kit.Setting;
import dev.attune.publisher.gate.GateSettings;
import dev.attune.publisher.serving.ServingSettings;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Configuration of the publisher: one model of one tenant. */
public record PublisherConfig(
        @Setting("Tenant whose checkpoints are released.") String tenant,

        @Setting("Model whose checkpoints are released; served names begin with it.")
        String modelId,

        KafkaSettings kafka,

        SchemaRegistrySettings schemaRegistry,

        @Setting(value = "Prefix of all topics.", byDefault = Topics.DEFAULT_PREFIX)
        String topicPrefix,

        AdminSettings admin,

        BaseSettings base,

        StoreSettings store,

        ServingSettings serving,

        @Setting(value = "Gates on what is served; none where this is absent.", optional = true) @Nullable
        GateSettings gates,

        @Setting(value = "How often replicas are asked whether they still have the live versions.", byDefault = "15s")
        Duration restoreInterval) {

    private static final Pattern MODEL_ID = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    public PublisherConfig {
        Checks.notBlank("tenant", tenant);
        Checks.that(
                MODEL_ID.matcher(modelId).matches(),
                "modelId",
                "must be 1 to 100 letters, digits, '.', '_' and '-', but is '" + modelId + "'");
        Checks.positive("restoreInterval", restoreInterval);
    }
}
