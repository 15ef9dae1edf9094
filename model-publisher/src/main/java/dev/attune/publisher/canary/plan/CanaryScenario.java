package dev.attune.publisher.canary.plan;

/**
 * A canary as it might go.
 *
 * @param stableMean the stable version's win rate, in (0, 1)
 * @param difference the canary's win rate less that
 * @param share of the users that is answered with the canary
 * @param margin how much worse the canary may be
 * @param falsePromotion how often at most a version that is worse by more than the margin may be promoted
 * @param falseRollBack how often at most a version that is not may be rolled back for its win rate
 * @param maxUsers after so many users that gave feedback, of both arms, it ends undecided
 */
public record CanaryScenario(
        double stableMean,
        double difference,
        double share,
        double margin,
        double falsePromotion,
        double falseRollBack,
        int maxUsers) {

    public CanaryScenario {
        double canaryMean = stableMean + difference;
        if (!(stableMean > 0 && stableMean < 1 && canaryMean >= 0 && canaryMean <= 1)) {
            throw new IllegalArgumentException("win rates of " + stableMean + " and " + canaryMean + " cannot be");
        }
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException("a canary's share is in (0, 1), but is " + share);
        }
    }
}
