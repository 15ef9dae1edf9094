package dev.attune.publisher.canary.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanarySimulationTest {
    private static final int RUNS = 200;

    private static CanaryScenario scenario(double difference, double share) {
        return new CanaryScenario(0.7, difference, share, 0.1, 0.05, 0.05, 10_000);
    }

    @ParameterizedTest
    @CsvSource({
        // difference, share, promoted at least, rolled back at least, half are decided after at most so many users
        "0, 0.1, 0.95, 0, 2500",
        "0, 0.5, 0.95, 0, 900",
        "0.1, 0.1, 0.99, 0, 600",
        "-0.3, 0.1, 0, 0.99, 1000",
        "-0.4, 0.5, 0, 0.99, 200",
    })
    void goodOnesArePromotedAndBadOnesRolledBack(
            double difference, double share, double promoted, double rolledBack, int users) {
        SimulatedOutcomes outcomes = CanarySimulation.run(scenario(difference, share), RUNS, 1);

        assertThat(outcomes.promotedShare()).isGreaterThanOrEqualTo(promoted);
        assertThat(outcomes.rolledBackShare()).isGreaterThanOrEqualTo(rolledBack);
        assertThat(outcomes.usersUntil(0.5)).isBetween(1, users);
        assertThat(outcomes.usersUntil(0.9)).isGreaterThan(outcomes.usersUntil(0.5));
    }

    @Test
    void theSameSeedGivesTheSame() {
        assertThat(CanarySimulation.run(scenario(-0.3, 0.5), 20, 3))
                .isEqualTo(CanarySimulation.run(scenario(-0.3, 0.5), 20, 3))
                .isNotEqualTo(CanarySimulation.run(scenario(-0.3, 0.5), 20, 4));
    }

    @Test
    void whatIsUndecidedHasNoNumber() {
        SimulatedOutcomes outcomes =
                CanarySimulation.run(new CanaryScenario(0.7, -0.1, 0.1, 0.1, 0.05, 0.05, 50), 20, 1);

        assertThat(outcomes.undecidedShare()).isEqualTo(1);
        assertThat(outcomes.usersUntil(0.5)).isEqualTo(-1);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> new CanaryScenario(0.7, 0.4, 0.1, 0.1, 0.05, 0.05, 10))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CanaryScenario(0.7, 0, 0, 0.1, 0.05, 0.05, 10))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
