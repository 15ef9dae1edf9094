package dev.attune.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StickyShareTest {
    private static final int USERS = 40_000;
    private static final List<String> UNITS =
            IntStream.range(0, USERS).mapToObj(i -> "u1-" + i).toList();

    /** Worked out by another implementation (Python's hashlib): whoever routes in another language has to agree. */
    @ParameterizedTest
    @CsvSource({
        "acme, u1-jane, v000032-0123456789ab, 0.4011927268262462",
        "acme, u1-jane, v000064-0123456789ab, 0.9109274851814539",
        "ac, meu1-jane, v000032-0123456789ab, 0.47590549319991526",
        "acme, Zoë 🙂, v000032-0123456789ab, 0.5762404140074066"
    })
    void aPlaceIsTheSameOnEveryMachineAndForEver(String tenant, String unit, String salt, double place) {
        assertThat(StickyShare.place(tenant, unit, salt)).isEqualTo(place);
        assertThat(StickyShare.contains(tenant, unit, salt, place)).isFalse();
        assertThat(StickyShare.contains(tenant, unit, salt, Math.nextUp(place))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.01, 0.1, 0.5, 0.9})
    void theShareIsMet(double share) {
        long in = UNITS.stream()
                .filter(unit -> StickyShare.contains("acme", unit, "v1", share))
                .count();

        // Four standard deviations of a binomial
        assertThat(in / (double) USERS).isCloseTo(share, within(4 * Math.sqrt(share * (1 - share) / USERS)));
    }

    @Test
    void placesAreSpreadEvenly() {
        int[] tenths = new int[10];
        UNITS.forEach(unit -> tenths[(int) (10 * StickyShare.place("acme", unit, "v1"))]++);

        double chiSquare = 0;
        for (int count : tenths) {
            chiSquare += Math.pow(count - USERS / 10.0, 2) / (USERS / 10.0);
        }
        // The 0.999 quantile with 9 degrees of freedom
        assertThat(chiSquare).isLessThan(27.88);
    }

    @Test
    void aShareThatGrowsKeepsWhoWasIn() {
        for (String unit : UNITS.subList(0, 2_000)) {
            boolean before = false;
            for (double share : new double[] {0, 0.01, 0.05, 0.2, 0.5, 0.99, 1}) {
                boolean in = StickyShare.contains("acme", unit, "v1", share);
                assertThat(in || !before).as("%s at %s", unit, share).isTrue();
                before = in;
            }
            assertThat(before).isTrue();
        }
    }

    @Test
    void nobodyIsInAShareOfNothing() {
        assertThat(UNITS).noneMatch(unit -> StickyShare.contains("acme", unit, "v1", 0));
    }

    /** Of those who were in one canary, the next one has its share, as of all others. */
    @Test
    void anotherSaltIsAnotherDraw() {
        double share = 0.2;
        List<String> first = UNITS.stream()
                .filter(unit -> StickyShare.contains("acme", unit, "v1", share))
                .toList();

        double again = first.stream()
                        .filter(unit -> StickyShare.contains("acme", unit, "v2", share))
                        .count()
                / (double) first.size();
        double correlation = correlation("acme", "v1", "acme", "v2");

        assertThat(again).isCloseTo(share, within(4 * Math.sqrt(share * (1 - share) / first.size())));
        assertThat(correlation).isCloseTo(0, within(4 / Math.sqrt(USERS)));
        assertThat(correlation("acme", "v1", "other", "v1")).isCloseTo(0, within(4 / Math.sqrt(USERS)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void whatIsNoShareIsRefused(double share) {
        assertThatThrownBy(() -> StickyShare.contains("acme", "u", "v1", share))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a share is from 0 to 1, but is " + share);
    }

    /** Of two sequences of uniform numbers: covariance over the variance of a uniform number, 1/12. */
    private static double correlation(String tenant, String salt, String otherTenant, String otherSalt) {
        return 12
                * UNITS.stream()
                        .mapToDouble(unit -> (StickyShare.place(tenant, unit, salt) - 0.5)
                                * (StickyShare.place(otherTenant, unit, otherSalt) - 0.5))
                        .average()
                        .orElseThrow();
    }
}
