package dev.attune.quickstart.bench.pairing;

import dev.attune.kit.Checks;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What is measured.
 *
 * @param events of the backlog of each round
 * @param warmUpRounds that are not counted
 * @param partitions of every topic; each entry is a scenario
 * @param threads stream threads, of both applications
 * @param openTurns turns that pairing knows before the measurement
 * @param hotPrompt whether all turns ask the same
 * @param budgets bounds across prompts
 * @param latencySeconds how long latency is measured, 0 for not at all
 * @param kafka settings of Kafka's clients and Streams, for both applications
 * @param latencyShare of the rate at which the backlog was worked off
 */
record PairingBenchOptions(
        long events,
        int rounds,
        int warmUpRounds,
        List<Integer> partitions,
        int threads,
        long openTurns,
        boolean hotPrompt,
        Budgets budgets,
        int latencySeconds,
        double latencyShare,
        Map<String, String> kafka,
        long seed) {

    PairingBenchOptions {
        // Fewer are worked off before the first commit is seen.
        Checks.between("--events", events, 10_000, 100_000_000);
        Checks.between("--rounds", rounds, 1, 100);
        Checks.between("--warm-up", warmUpRounds, 0, 100);
        Checks.notEmpty("--partitions", partitions);
        partitions.forEach(each -> Checks.between("--partitions", each, 1, 256));
        Checks.between("--threads", threads, 1, 64);
        Checks.between("--open-turns", openTurns, 0, 100_000_000);
        Checks.between("--latency-seconds", latencySeconds, 0, 3_600);
        Checks.between("--latency-share", latencyShare, 0.01, 1.0);
        partitions = List.copyOf(partitions);
        kafka = Map.copyOf(kafka);
    }

    Duration latency() {
        return Duration.ofSeconds(latencySeconds);
    }

    Turns.Prompts prompts() {
        return hotPrompt ? Turns.Prompts.ONE_HOT : Turns.Prompts.MIXED;
    }

    /**
     * Rounds that are not counted: all before the first scenario, for the JIT compiler; one before each further one, whose
     * topics and stores are of another number. The loading of open turns warms up enough.
     */
    int warmUps(boolean firstScenario) {
        if (openTurns > 0) {
            return 0;
        }
        return firstScenario ? warmUpRounds : Math.min(1, warmUpRounds);
    }

    /** Beside a million open turns or one prompt the identity topology has nothing to say: it has no state. */
    boolean compares() {
        return openTurns == 0 && !hotPrompt;
    }
}
