package dev.attune.publisher.canary.plan;

import java.util.Arrays;

/**
 * How many simulated canaries ended how, and after how many users that gave feedback.
 *
 * @param decidedAfter users of both arms, of each run that was decided, ascending
 */
public record SimulatedOutcomes(int runs, int promoted, int rolledBack, int[] decidedAfter) {

    public SimulatedOutcomes {
        decidedAfter = decidedAfter.clone();
        Arrays.sort(decidedAfter);
    }

    public double promotedShare() {
        return promoted / (double) runs;
    }

    public double rolledBackShare() {
        return rolledBack / (double) runs;
    }

    public double undecidedShare() {
        return 1 - promotedShare() - rolledBackShare();
    }

    /** After how many users this share of all runs was decided; -1 where fewer ever were. */
    public int usersUntil(double shareOfRuns) {
        int rank = (int) Math.ceil(shareOfRuns * runs);
        return rank > decidedAfter.length ? -1 : decidedAfter[Math.max(rank, 1) - 1];
    }
}
