package dev.attune.publisher.canary.plan;

import java.util.List;

/**
 * How many simulated canaries ended how, and after how many users that gave feedback.
 *
 * @param decidedAfter users of both arms, of each run that was decided, ascending
 */
public record SimulatedOutcomes(int runs, int promoted, int rolledBack, List<Integer> decidedAfter) {

    public SimulatedOutcomes {
        decidedAfter = decidedAfter.stream().sorted().toList();
    }

    public double promotedShare() {
        return promoted / (double) runs;
    }

    public double rolledBackShare() {
        return rolledBack / (double) runs;
    }

    public double undecidedShare() {
        return (runs - promoted - rolledBack) / (double) runs;
    }

    /** After how many users this share of all runs was decided; -1 where fewer ever were. */
    public int usersUntil(double shareOfRuns) {
        int rank = (int) Math.ceil(shareOfRuns * runs);
        return rank > decidedAfter.size() ? -1 : decidedAfter.get(Math.max(rank, 1) - 1);
    }
}
