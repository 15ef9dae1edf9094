package dev.attune.quickstart.bench.canary;

import dev.attune.publisher.canary.plan.CanaryScenario;
import dev.attune.publisher.canary.plan.SimulatedOutcomes;
import java.util.Locale;

/**
 * What became of many simulated canaries of one kind.
 *
 * @param halfDecided after so many users with feedback, of both versions, half of the runs were decided; -1 for never
 * @param mostDecided as {@code halfDecided}, of nine in ten
 */
record CanaryRow(
        CanaryScenario scenario,
        int runs,
        double promoted,
        double rolledBack,
        double undecided,
        int halfDecided,
        int mostDecided) {

    static final String HEADER = """
            | margin | share | stable | canary | promoted | rolled back | undecided | users until half are decided | of them the canary's | until 9 in 10 |
            |---|---|---|---|---|---|---|---|---|---|""";

    static CanaryRow of(CanaryScenario scenario, SimulatedOutcomes outcomes) {
        return new CanaryRow(
                scenario,
                outcomes.runs(),
                outcomes.promotedShare(),
                outcomes.rolledBackShare(),
                outcomes.undecidedShare(),
                outcomes.usersUntil(0.5),
                outcomes.usersUntil(0.9));
    }

    /** A line of a Markdown table. */
    String line() {
        return String.format(
                Locale.ROOT,
                "| %.2f | %.2f | %.2f | %.2f | %.3f | %.3f | %.3f | %s | %s | %s |",
                scenario.margin(),
                scenario.share(),
                scenario.stableMean(),
                scenario.stableMean() + scenario.difference(),
                promoted,
                rolledBack,
                undecided,
                number(halfDecided),
                number(halfDecided < 0 ? -1 : Math.round(halfDecided * (float) scenario.share())),
                number(mostDecided));
    }

    private static String number(int users) {
        return users < 0 ? "–" : String.format(Locale.ROOT, "%,d", users);
    }
}
