package dev.attune.publisher.canary.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MajorityEvidenceTest {

    @Test
    void evidenceIsAsTheFormulaSays() {
        assertThat(MajorityEvidence.logEvidence(Sum.NONE)).isCloseTo(0, within(1e-12));
        // Two for, one against: the mean over q of 8 q² (1 − q), by hand 1.089, 1.183, 1.024 and 0.361
        assertThat(MajorityEvidence.logEvidence(new Sum(2, 3)))
                .isCloseTo(Math.log((1.089 + 1.183 + 1.024 + 0.361) / 4), within(1e-9));
    }

    @Test
    void ofEvenHalvesItErrsNoMoreOftenThanItSays() {
        SplittableRandom random = new SplittableRandom(5);
        int runs = 2_000;
        int wrong = 0;
        for (int run = 0; run < runs; run++) {
            Sum seen = Sum.NONE;
            boolean found = false;
            for (int i = 0; i < 1_000 && !found; i++) {
                seen = seen.plus(random.nextDouble() < 0.5 ? 1 : 0);
                found = MajorityEvidence.logEvidence(seen) >= Math.log(20);
            }
            wrong += found ? 1 : 0;
        }

        assertThat(wrong).isLessThanOrEqualTo((int) (runs * 0.05 + 3 * Math.sqrt(runs * 0.05 * 0.95)));
    }

    @Test
    void aClearMajorityIsFoundSoon() {
        Sum seen = Sum.NONE;
        for (int i = 0; i < 40; i++) {
            seen = seen.plus(i % 4 == 0 ? 0 : 1);
        }

        assertThat(MajorityEvidence.logEvidence(seen)).isGreaterThan(Math.log(20));
    }
}
