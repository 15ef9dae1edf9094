package dev.attune.quickstart.bench.pairing;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.ingest.pairing.PairingConfig;
import dev.attune.kit.ConfigFile;
import dev.attune.quickstart.bench.BenchPlatform;
import dev.attune.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Pairing's configuration in a benchmark: its defaults, but for what is said here. */
final class PairingSettings {
    /** The default, said here because what waits for the last pair must know it. */
    static final Duration QUIET_PERIOD = Duration.ofSeconds(2);

    private PairingSettings() {}

    static PairingConfig of(BenchPlatform platform, Topics topics, PairingBenchOptions options) throws IOException {
        Path file = platform.folder().resolve(topics.prefix() + "pairing.yaml");
        Files.writeString(file, """
                kafka: {bootstrapServers: "%s", properties: %s}
                schemaRegistry: {url: "%s"}
                budgets: {maxPairsPerUser: %d, maxPairsPerTenant: %d}
                admin: {host: 127.0.0.1}
                topicPrefix: "%s"
                applicationId: "%spairing"
                stateDir: "%s"
                threads: %d
                emission: {quietPeriod: %dms}
                limits: {maxAnswersPerPrompt: 1000000}
                """.formatted(
                        platform.bootstrapServers(),
                        new ObjectMapper().writeValueAsString(options.kafka()),
                        platform.registryUrl(),
                        options.budgets().maxPairsPerUser(),
                        options.budgets().maxPairsPerTenant(),
                        topics.prefix(),
                        topics.prefix(),
                        platform.folder().resolve(topics.prefix() + "state"),
                        options.threads(),
                        QUIET_PERIOD.toMillis()));
        return ConfigFile.load(file, PairingConfig.class);
    }
}
