package dev.attune.quickstart.bench.pairing;

import dev.attune.quickstart.bench.Spread;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
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

    /** @param jvmOptions of heap and collector, as the JVM was started */
    record Setup(
            int cores,
            long maxHeapBytes,
            List<String> jvmOptions,
            String java,
            int threads,
            long events,
            int rounds,
            int warmUpRounds,
            long openTurns,
            boolean hotPrompt,
            Budgets budgets,
            Map<String, String> kafka,
            long seed,
            int completionsPerTurn,
            double late,
            double repeated,
            double changedMinds,
            long quietPeriodMillis) {}

    /**
     * One number of partitions.
     *
     * @param recordsPerEvent what an event is to the broker, by topic: the event itself, what follows from it, changelogs
     */
    record Scenario(
            int partitions,
            Spread eventsPerSecond,
            @Nullable Spread identityEventsPerSecond,
            @Nullable Spread ratioToIdentity,
            double stateBytesPerOpenTurn,
            long openTurns,
            SortedMap<String, Double> recordsPerEvent,
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
     * @param eventsPerSecond while it ran evenly: from a quiet period after the first commit to the last record that was read, between
     *     the stages too. With one hot prompt from the first commit
     * @param overallEventsPerSecond from the first commit to the last output, with the quiet period that comes last
     * @param seconds from the first commit to the last output
     * @param longestPauseSeconds between two commits that moved the input on
     * @param longestStandstillSeconds in which a stream thread finished nothing: a look at a prompt, a commit; an idle
     *     thread has 0.1
     * @param lookSeconds from the last judged answer of a hot prompt to its last pairs, the quiet period in it; null without
     *     a hot prompt, and where the last look changed no pair
     * @param curve events over seconds: it shows whether it slows down as state grows
     */
    record Drain(
            double eventsPerSecond,
            double overallEventsPerSecond,
            double seconds,
            double longestPauseSeconds,
            double longestStandstillSeconds,
            @Nullable Double lookSeconds,
            List<Point> curve) {}

    record Point(double second, long events) {}

    /** @param pairs that were measured: first revisions from picks and from thumbs within a turn */
    record Latency(double p50, double p99, double max, int pairs, double eventsPerSecond) {}
}
