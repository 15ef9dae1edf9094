package dev.attune.publisher;

import dev.attune.kit.AdminSettings;
import dev.attune.kit.Checks;
import dev.attune.kit.KafkaSettings;
import dev.attune.kit.SchemaRegistrySettings;
import dev.attune.kit.Setting;
import dev.attune.publisher.routes.RouteSettings;
import dev.attune.publisher.store.StoreSettings;
import dev.attune.schemas.Topics;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Configuration of the publisher: the models whose checkpoints it releases, side by side. */
public record PublisherConfig(
        KafkaSettings kafka,

        SchemaRegistrySettings schemaRegistry,

        @Setting(value = "Prefix of all topics.", byDefault = Topics.DEFAULT_PREFIX)
        String topicPrefix,

        AdminSettings admin,

        @Setting(value = "The HTTP API of releases; none where this is absent.", optional = true) @Nullable
        ApiSettings api,

        StoreSettings store,

        @Setting("Each model with releases of its own; none waits for another's.")
        List<ModelSettings> models) {

    public PublisherConfig {
        Checks.notEmpty("models", models);
        models = List.copyOf(models);
        Set<String> names = new HashSet<>();
        Set<Path> routes = new HashSet<>();
        for (int i = 0; i < models.size(); i++) {
            String name = models.get(i).name();
            Checks.that(names.add(name), "models[" + i + "]", "'" + name + "' is there twice");
            RouteSettings route = models.get(i).route();
            Checks.that(
                    route == null || routes.add(route.file().toAbsolutePath().normalize()),
                    "models[" + i + "].route.file",
                    "is another model's");
        }
    }
}
