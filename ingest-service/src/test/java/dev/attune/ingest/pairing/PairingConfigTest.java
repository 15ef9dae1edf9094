package dev.attune.ingest.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.kit.ConfigException;
import dev.attune.kit.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairingConfigTest {
    private static final String MINIMAL = """
            kafka:
              bootstrapServers: broker:9092
            schemaRegistry:
              url: http://registry:8081
            stateDir: state
            """;

    @Test
    void whatIsNotSetHasADefault(@TempDir Path folder) throws IOException {
        PairingConfig config = load(folder, MINIMAL);

        assertThat(config.topicPrefix()).isEqualTo("attune.");
        assertThat(config.instanceId()).isNull();
        assertThat(config.emission().quietPeriod()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.rules().smoothing()).isEqualTo(0.5);
        assertThat(config.rules().maxPairsPerPrompt()).isEqualTo(32);
        assertThat(config.budgets().on()).isFalse();
        assertThat(config.limits().completionWait()).isEqualTo(Duration.ofHours(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rules: {minimumStrength: 0.5} | rules.minimumStrength",
                "rules: {maxLengthRatio: 0.9} | rules.maxLengthRatio",
                "rules: {smoothing: 0} | rules.smoothing",
                "rules: {regenerateWeight: 1} | rules.regenerateWeight",
                "rules: {maxPairsPerPrompt: -1} | rules.maxPairsPerPrompt",
                "rules: {maxPairsPerUser: -1} | rules.maxPairsPerUser",
                "rules: {userWindow: 0s} | rules.userWindow",
                "budgets: {window: 0s} | budgets.window",
                "budgets: {maxPairsPerUser: -1} | budgets.maxPairsPerUser",
                "budgets: {maxPairsPerTenant: -1} | budgets.maxPairsPerTenant",
                "emission: {quietPeriod: 5s, maxDelay: 1s} | emission.maxDelay",
                "limits: {completionWait: 0s} | limits.completionWait",
                "threads: 0 | threads"
            })
    void whatCannotWorkIsRefusedByName(String setting, String name, @TempDir Path folder) {
        assertThatThrownBy(() -> load(folder, MINIMAL + setting))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(name);
    }

    private static PairingConfig load(Path folder, String yaml) throws IOException {
        Path file = folder.resolve("pairing.yaml");
        Files.writeString(file, yaml);
        return ConfigFile.load(file, PairingConfig.class);
    }
}
