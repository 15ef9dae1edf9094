package dev.attune.publisher.canary.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DifferenceEvidenceTest {

    /** Worked out by another program, which finds the nearest point by golden section instead of by the slope. */
    @ParameterizedTest
    @CsvSource({
        "0.1, 0.5, -1.3623583828, 0.7098143753",
        "0.05, 0.5, -0.7398472752, 0.4000625118",
        "0.1, 0.25, -1.071161171, 0.1663194177"
    })
    void evidenceIsAsTheFormulaSays(double margin, double share, double worse, double notWorse) {
        DifferenceEvidence test = new DifferenceEvidence(margin, share);
        // With a share of ½ the blocks are {0 | 1}, {1 | 0}, both, {1 | ½}, {1 | 0}; with ¼ {0 | 1 0}, both, {1 | ½ 0}
        test.stable(1);
        test.stable(0);
        test.canary(0);
        test.canary(1);
        test.stable(0.5);
        test.both(1, 0.5);
        test.canary(1);
        test.canary(1);
        test.canary(0.25);
        test.stable(0);

        assertThat(test.logEvidenceWorse()).isCloseTo(worse, within(1e-7));
        assertThat(test.logEvidenceNotWorse()).isCloseTo(notWorse, within(1e-7));
        assertThat(test.canary()).isEqualTo(new Sum(3.25, 5));
        assertThat(test.stable()).isEqualTo(new Sum(1.5, 4));
        assertThat(test.both()).isEqualTo(new Sum(0.75, 1));
    }

    @Test
    void beforeBothHaveSpokenThereIsNoEvidence() {
        DifferenceEvidence test = new DifferenceEvidence(0.05, 0.5);
        for (int i = 0; i < 1_000; i++) {
            test.canary(0);
        }

        assertThat(test.logEvidenceWorse()).isZero();
        assertThat(test.logEvidenceNotWorse()).isZero();
        assertThat(test.difference()).isNaN();
        assertThat(test.canary().count()).isEqualTo(1_000);
    }

    @Test
    void theDifferenceIsOfAllWhoWereSeen() {
        DifferenceEvidence test = new DifferenceEvidence(0.05, 0.5);
        test.canary(1);
        test.stable(0);
        test.stable(1);
        // One comparison apart, of +½, and three together, of 0, 0 and −½
        test.both(1, 1);
        test.both(0, 0);
        test.both(0.5, 1);

        assertThat(test.difference()).isCloseTo((0.5 - 0.5) / 4, within(1e-12));
    }

    /** At the margin itself, where it is hardest, with all kinds of observations, looked at after each. */
    @ParameterizedTest
    @CsvSource({
        // stable mean, margin, share of the canary, share of those who see both, kinds of observations
        "0.7, 0.1, 0.1, 0.0, coins",
        "0.5, 0.05, 0.5, 0.0, coins",
        "0.97, 0.02, 0.2, 0.0, coins",
        "0.6, 0.1, 0.3, 0.3, coins",
        "0.6, 0.1, 0.3, 0.3, shares",
    })
    void atTheMarginItErrsNoMoreOftenThanItSays(double mean, double margin, double share, double both, String kind) {
        double alpha = 0.05;
        int runs = 500;
        int wronglyWorse = 0;
        int wronglyNotWorse = 0;
        SplittableRandom random = new SplittableRandom(17);
        for (int run = 0; run < runs; run++) {
            DifferenceEvidence test = new DifferenceEvidence(margin, share);
            boolean worse = false;
            boolean notWorse = false;
            for (int i = 0; i < 1_500; i++) {
                observe(test, mean, margin, share, both, kind.equals("shares"), random);
                worse |= test.logEvidenceWorse() >= -Math.log(alpha);
                notWorse |= test.logEvidenceNotWorse() >= -Math.log(alpha);
            }
            wronglyWorse += worse ? 1 : 0;
            wronglyNotWorse += notWorse ? 1 : 0;
        }

        // Three standard deviations of what a true rate of alpha gives
        double most = runs * alpha + 3 * Math.sqrt(runs * alpha * (1 - alpha));
        assertThat(wronglyWorse).isLessThanOrEqualTo((int) most);
        assertThat(wronglyNotWorse).isLessThanOrEqualTo((int) most);
    }

    /** Why all this is needed: the usual test, looked at as often, finds something wherever there is nothing. */
    @Test
    void theUsualTestLookedAtAsOftenErrsFarMoreOften() {
        SplittableRandom random = new SplittableRandom(17);
        int runs = 500;
        int wrong = 0;
        for (int run = 0; run < runs; run++) {
            double[] total = new double[2];
            boolean found = false;
            for (int n = 1; n <= 750 && !found; n++) {
                total[0] += random.nextDouble() < 0.6 ? 1 : 0;
                total[1] += random.nextDouble() < 0.7 ? 1 : 0;
                double c = total[0] / n;
                double s = total[1] / n;
                double z = (c - s + 0.1) / Math.sqrt((c * (1 - c) + s * (1 - s)) / n);
                found = n >= 30 && z >= 1.645;
            }
            wrong += found ? 1 : 0;
        }

        assertThat(wrong / (double) runs).isGreaterThan(0.2);
    }

    private static void observe(
            DifferenceEvidence test,
            double mean,
            double margin,
            double share,
            double both,
            boolean shares,
            SplittableRandom random) {
        if (random.nextDouble() < both) {
            // One person's two opinions go together
            double mood = random.nextDouble();
            test.both(mood < mean - margin ? 1 : 0, mood < mean ? 1 : 0);
        } else if (random.nextDouble() < share) {
            test.canary(opinion(mean - margin, shares, random));
        } else {
            test.stable(opinion(mean, shares, random));
        }
    }

    /** A coin, or the mean of three. */
    private static double opinion(double mean, boolean share, SplittableRandom random) {
        double sum = 0;
        int coins = share ? 3 : 1;
        for (int i = 0; i < coins; i++) {
            sum += random.nextDouble() < mean ? 1 : 0;
        }
        return sum / coins;
    }

    /** At means of 7 in 10, one more opinion makes the evidence larger by no more than a factor of 3. */
    @Test
    void onePersonMovesLittle() {
        DifferenceEvidence test = new DifferenceEvidence(0.05, 0.5);
        for (int i = 0; i < 200; i++) {
            test.canary(i % 10 < 7 ? 1 : 0);
            test.stable(i % 10 < 7 ? 1 : 0);
        }
        double worse = test.logEvidenceWorse();
        double notWorse = test.logEvidenceNotWorse();

        test.stable(1);
        test.canary(0);

        assertThat(test.logEvidenceWorse() - worse).isBetween(0.0, Math.log(3));
        assertThat(Math.abs(test.logEvidenceNotWorse() - notWorse)).isLessThan(Math.log(3));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 0.41, Double.NaN})
    void aMarginThatCannotBeIsRefused(double margin) {
        assertThatThrownBy(() -> new DifferenceEvidence(margin, 0.5)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void whatIsNoObservationIsRefused(double observation) {
        assertThatThrownBy(() -> new DifferenceEvidence(0.1, 0.5).canary(observation))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
