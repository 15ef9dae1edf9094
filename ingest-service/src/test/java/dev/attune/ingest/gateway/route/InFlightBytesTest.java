package dev.attune.ingest.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InFlightBytesTest {
    private static final long MIB = 1 << 20;

    private final InFlightBytes budget = new InFlightBytes(MIB);

    @Test
    void aTenantAloneGetsHalfAndTheNextOneAHalfOfWhatIsLeft() {
        // Given shares of one event each: 1 MiB has room for 1024
        assertThat(fill("a")).isEqualTo(512);

        // When more tenants come
        assertThat(fill("b")).isEqualTo(256);
        assertThat(fill("c")).isEqualTo(128);

        // Then there is room for a new one still
        budget.open("d").close();
        assertThat(budget.held()).isEqualTo(896 * 1024);
    }

    @Test
    void aByteOfABodyCountsFourTimesAndAllIsGivenBack() {
        InFlightBytes.Share share = budget.open("a");
        share.growForBody(1000);
        share.growForEvents(2);

        assertThat(budget.held()).isEqualTo(3 * 1024 + 4000);
        share.close();
        share.close();
        assertThat(budget.held()).isZero();
    }

    @Test
    void aRefusedGrowthTakesNothing() {
        try (InFlightBytes.Share share = budget.open("a")) {
            assertThatThrownBy(() -> share.growForBody(MIB))
                    .isInstanceOfSatisfying(
                            Rejected.class,
                            rejected -> assertThat(rejected.reason()).isEqualTo(Reason.TOO_MUCH_IN_FLIGHT));
            assertThat(budget.held()).isEqualTo(1024);
        }
    }

    @Test
    void theLeastBudgetHasRoomForTheLargestBodyOfATenantAlone() {
        InFlightBytes least = new InFlightBytes(InFlightBytes.least(65_536));

        try (InFlightBytes.Share share = least.open("a")) {
            for (int i = 0; i < 65_536; i += 4096) {
                share.growForBody(4096);
            }
            assertThat(least.held()).isEqualTo(4 * 65_536 + 1024);
        }
    }

    private int fill(String tenant) {
        List<InFlightBytes.Share> shares = new ArrayList<>();
        while (true) {
            try {
                shares.add(budget.open(tenant));
            } catch (Rejected full) {
                return shares.size();
            }
        }
    }
}
