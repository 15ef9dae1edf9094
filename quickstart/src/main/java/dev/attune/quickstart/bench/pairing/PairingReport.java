package dev.attune.quickstart.bench.pairing;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --report} writes. The figures at the top are those of the first scenario.
 *
 * @param eventsPerSecond of pairing, the median round
 * @param ratioToIdentity the median over the rounds of pairing's rate divided by the rate of the identity topology that ran
 *     next to it; null with one prompt
 * @param eventToPairMillis from the event that completes a pair to the committed pair at a consumer, the quiet period in it
 * @param stateBytesPerOpenTurn size of the stores on disk after the last round
 */
record PairingReport(
        double eventsPerSecond,
        @Nullable Double ratioToIdentity,
        @Nullable Latency eventToPairMillis,
        double stateBytesPerOpenTurn,
        Setup setup,
        List<Scenario> scenarios) {

    record Setup(
            int cores,
            long maxHeapBytes,
            String java,
            int threads,
            long events,
            int rounds,
            long openTurns,
            boolean hotPrompt,
            Map<String, String> kafka,
            long seed,
            int completionsPerTurn,
            double late,
            double repeated,
            double changedMinds,
            long quietPeriodMillis) {}

    /** One number of partitions. */
    record Scenario(
            int partitions,
            Spread eventsPerSecond,
            @Nullable Spread identityEventsPerSecond,
            @Nullable Spread ratioToIdentity,
            double stateBytesPerOpenTurn,
            long openTurns,
            @Nullable Latency eventToPairMillis,
            List<Round> rounds) {}

    record Round(Drain pairing, @Nullable Drain identity) {
        double ratio() {
            return identity == null ? Double.NaN : pairing.eventsPerSecond() / identity.eventsPerSecond();
        }
    }

    /**
     * One backlog worked off.
     *
     * @param longestPauseSeconds between two commits that moved the input on
     * @param curve events over seconds: it shows whether it slows down as state grows
     */
    record Drain(double eventsPerSecond, double seconds, double longestPauseSeconds, List<Point> curve) {}

    record Point(double second, long events) {}

    /** @param pairs that were measured: first revisions from picks and from thumbs within a turn */
    record Latency(double p50, double p99, double max, int pairs, double eventsPerSecond) {}
}
