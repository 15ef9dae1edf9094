package dev.attune.ingest.pairing;

import dev.attune.kit.AdminSettings;
import dev.attune.kit.KafkaSettings;
import dev.attune.kit.SchemaRegistrySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Pairing's configuration in tests. */
final class Configs {
    /** No cap, no length limit. */
    static final PairingConfig.Rules OPEN_RULES =
            new PairingConfig.Rules(0.5, 0, 0.6, 0, 0, Duration.ofHours(24), 0, 0, Duration.ofHours(24));

    static final PairingConfig.Limits LIMITS = limits(100_000);

    static final PairingConfig.Emission EMISSION =
            new PairingConfig.Emission(Duration.ofMillis(200), Duration.ofSeconds(2));

    private Configs() {}

    /** As by default. */
    static final PairingConfig.Budgets NO_BUDGETS = new PairingConfig.Budgets(Duration.ofHours(24), 0, 0);

    static PairingConfig pairing(Path stateDir, PairingConfig.Rules rules) {
        return pairing(stateDir, rules, NO_BUDGETS);
    }

    static PairingConfig pairing(Path stateDir, PairingConfig.Rules rules, PairingConfig.Budgets budgets) {
        return pairing(stateDir, rules, budgets, LIMITS);
    }

    /** With so many answers of a prompt at most. */
    static PairingConfig pairingWithAnswers(Path stateDir, int maxAnswers) {
        return pairing(stateDir, OPEN_RULES, NO_BUDGETS, limits(maxAnswers));
    }

    private static PairingConfig.Limits limits(int maxAnswers) {
        return new PairingConfig.Limits(
                Duration.ofMinutes(10),
                Duration.ofDays(30),
                1000,
                64,
                256,
                maxAnswers,
                1 << 20,
                1 << 19,
                Duration.ofSeconds(30));
    }

    private static PairingConfig pairing(
            Path stateDir, PairingConfig.Rules rules, PairingConfig.Budgets budgets, PairingConfig.Limits limits) {
        return new PairingConfig(
                new KafkaSettings("127.0.0.1:1", Map.of()),
                new SchemaRegistrySettings("http://127.0.0.1:1", Map.of()),
                new AdminSettings("127.0.0.1", 0),
                "attune.",
                "attune-pairing",
                null,
                stateDir,
                1,
                0,
                1,
                64,
                EMISSION,
                rules,
                budgets,
                limits,
                new PairingConfig.Queries(null, List.of()));
    }
}
