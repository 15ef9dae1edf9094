package dev.attune.ingest.pairing.rules;

import java.time.Duration;

/**
 * What makes a pair, and how many.
 *
 * @param smoothing k of the strength (s + k) / (s + o + 2k)
 * @param regenerateWeight how much of a thumb down it is to ask for another answer; 0 for nothing
 * @param minimumStrength below it there is no pair; above 0.5
 * @param maxPairsPerPrompt the cap, 0 for none
 * @param maxPairsPerUser in how many pairs of a prompt one user's votes of one window count, 0 for all
 * @param userWindow of {@code receivedAt}, counted from the epoch
 * @param maxLengthRatio longer text over shorter text, an empty one counted as one character; 0 for no limit
 * @param maxAcrossAnswers liked answers, and disliked ones, of a prompt that are paired across turns; 0 for all
 * @param partnerWait how long a judged answer waits for a partner before it is a single, by {@code receivedAt}
 */
public record PairRules(
        double smoothing,
        double regenerateWeight,
        double minimumStrength,
        int maxPairsPerPrompt,
        int maxPairsPerUser,
        Duration userWindow,
        double maxLengthRatio,
        int maxAcrossAnswers,
        Duration partnerWait) {

    /** (s + k) / (s + o + 2k) */
    double strength(double supporting, double opposing) {
        return (supporting + smoothing) / (supporting + opposing + 2 * smoothing);
    }

    boolean lengthsAgree(int oneLength, int otherLength) {
        double longer = Math.max(1, Math.max(oneLength, otherLength));
        double shorter = Math.max(1, Math.min(oneLength, otherLength));
        return maxLengthRatio == 0 || longer / shorter <= maxLengthRatio;
    }
}
