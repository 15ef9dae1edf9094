package dev.attune.publisher.canary.plan;

import dev.attune.publisher.canary.sequential.DifferenceEvidence;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Many canaries with users who toss coins. The evidence is looked at after each of them, and the first that suffices decides. */
public final class CanarySimulation {

    private CanarySimulation() {}

    /** @param seed the same seed gives the same outcomes */
    public static SimulatedOutcomes run(CanaryScenario scenario, int runs, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Integer> decidedAfter = new ArrayList<>();
        int promoted = 0;
        for (int run = 0; run < runs; run++) {
            Outcome outcome = one(scenario, random.split());
            if (outcome.decision != Decision.NONE) {
                decidedAfter.add(outcome.users);
                promoted += outcome.decision == Decision.PROMOTED ? 1 : 0;
            }
        }
        return new SimulatedOutcomes(runs, promoted, decidedAfter.size() - promoted, decidedAfter);
    }

    private enum Decision {
        PROMOTED,
        ROLLED_BACK,
        NONE
    }

    private record Outcome(Decision decision, int users) {}

    private static Outcome one(CanaryScenario scenario, SplittableRandom random) {
        DifferenceEvidence test = new DifferenceEvidence(scenario.margin(), scenario.share());
        double promoteAt = -Math.log(scenario.falsePromotion());
        double rollBackAt = -Math.log(scenario.falseRollBack());
        for (int users = 1; users <= scenario.maxUsers(); users++) {
            if (random.nextDouble() < scenario.share()) {
                test.canary(coin(random, scenario.stableMean() + scenario.difference()));
            } else {
                test.stable(coin(random, scenario.stableMean()));
            }
            if (test.logEvidenceWorse() >= rollBackAt) {
                return new Outcome(Decision.ROLLED_BACK, users);
            }
            if (test.logEvidenceNotWorse() >= promoteAt) {
                return new Outcome(Decision.PROMOTED, users);
            }
        }
        return new Outcome(Decision.NONE, scenario.maxUsers());
    }

    private static double coin(SplittableRandom random, double mean) {
        return random.nextDouble() < mean ? 1 : 0;
    }
}
