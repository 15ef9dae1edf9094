package dev.attune.kit;

import java.util.Map;

/** How to reach the Schema Registry. */
public record SchemaRegistrySettings(
        @Setting("Its URLs, separated by commas, for example http://registry:8081.")
        String url,

        @Setting(
                value = "Any further settings of the Confluent client, for example basic.auth.user.info.",
                byDefault = "{}")
        Map<String, String> properties) {

    public SchemaRegistrySettings {
        Checks.notBlank("url", url);
        for (String one : url.split(",", -1)) {
            Checks.that(
                    one.startsWith("http://") || one.startsWith("https://"),
                    "url",
                    "must begin with http:// or https://, but is '" + one + "'");
        }
        properties = Map.copyOf(properties);
    }
}
