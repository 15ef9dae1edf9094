package dev.attune.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
    record Batch(
            @Setting(value = "Pairs.", byDefault = "16") int size,

            @Setting(value = "Age.", byDefault = "500ms") Duration maxAge) {
        Batch {
            Checks.atLeast("size", size, 1);
            Checks.positive("maxAge", maxAge);
        }
    }

    record Tenant(
            @Setting("Its name.") String name,
            @Setting("Its key.") String key) {}

    record Sample(
            @Setting("How hard the reference holds.") double beta,

            Batch batch,

            @Setting(value = "Tenants.", byDefault = "[]") List<Tenant> tenants,

            @Setting(value = "A remark.", optional = true) @Nullable
            String remark) {
        Sample {
            Checks.positive("beta", beta);
        }
    }

    @Test
    void defaultsFillWhatTheFileDoesNotSay() {
        Sample sample = ConfigFile.parse("beta: 0.1", Sample.class, Map.of());

        assertThat(sample).isEqualTo(new Sample(0.1, new Batch(16, Duration.ofMillis(500)), List.of(), null));
    }

    @Test
    void theFileOverridesDefaultsAndTheEnvironmentFillsVariables() {
        Sample sample = ConfigFile.parse("""
                beta: 0.2
                batch: {size: 4, maxAge: 2m}
                tenants:
                  - {name: acme, key: "${ACME_KEY}"}
                  - {name: other, key: "${OTHER_KEY:-none}"}
                """, Sample.class, Map.of("ACME_KEY", "s3cret"));

        assertThat(sample.batch()).isEqualTo(new Batch(4, Duration.ofMinutes(2)));
        assertThat(sample.tenants()).containsExactly(new Tenant("acme", "s3cret"), new Tenant("other", "none"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'{}'                              | beta: has to be set: How hard the reference holds.",
                "'beta: -1'                        | beta: must be a number above 0, but is -1.0",
                "'beta: much'                      | beta: ",
                "'{beta: 1, batch: {size: 0}}'     | batch.size: must be at least 1, but is 0",
                "'{beta: 1, batch: {sizes: 3}}'    | batch.sizes: is not a setting; known here: size, maxAge",
                "'{beta: 1, batch: 7}'             | batch: must be a group of settings, but is '7'",
                "'{beta: 1, batch: {maxAge: 5}}'   | batch.maxAge: ",
                "'{beta: 1, batch: {size: 1.5}}'   | batch.size: ",
                "'{beta: 1, tenants: [{name: a}]}' | tenants[0].key: has to be set: Its key.",
                "'{beta: 1, remark: ${GONE}}'      | ${GONE}: the environment has no variable GONE: set it",
                "'beta: [1'                        | line 1: is no YAML",
                "'just words'                      | file: must hold settings",
            })
    void aBadValueIsRefusedByName(String text, String message) {
        assertThatThrownBy(() -> ConfigFile.parse(text, Sample.class, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(message.strip());
    }

    @Test
    void theMessageNamesTheFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("trainer.yaml"), "beta: 0");

        assertThatThrownBy(() -> ConfigFile.load(file, Sample.class))
                .isInstanceOf(ConfigException.class)
                .hasMessage(file + ".beta: must be a number above 0, but is 0.0");
        assertThatThrownBy(() -> ConfigFile.load(folder.resolve("gone.yaml"), Sample.class))
                .hasMessageContaining("gone.yaml: cannot be read");
    }
}
