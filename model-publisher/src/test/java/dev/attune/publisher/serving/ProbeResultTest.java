package dev.attune.publisher.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.attune.artifacts.Probe;
import dev.attune.kit.ConfigException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeResultTest {

    @Test
    void takesTheWorstTokenAndTheWorstSum() {
        List<Probe> probes = List.of(
                new Probe(List.of(1, 2, 3), List.of(-1.0, -2.0)), new Probe(List.of(1, 2, 3), List.of(-3.0, -4.0)));
        // Differences: +0.1 and -0.1 (sum 0); -0.05 and -0.08 (sum -0.13)
        List<List<Double>> served = List.of(List.of(-1.1, -1.9), List.of(-2.95, -3.92));

        ProbeResult result = ProbeResult.againstTrainer(probes, served);

        assertThat(result.perToken()).isCloseTo(0.1, within(1e-12));
        assertThat(result.perSequence()).isCloseTo(0.13, within(1e-12));
        assertThat(result.isWithin(new ProbeBounds(0.11, 0.14, 0.2))).isTrue();
        assertThat(result.isWithin(new ProbeBounds(0.09, 0.14, 0.2))).isFalse();
        assertThat(result.isWithin(new ProbeBounds(0.11, 0.12, 0.2))).isFalse();
    }

    @Test
    void refusesBoundsThatRoundingAloneCouldPass() {
        assertThatThrownBy(() -> new ProbeBounds(0.05, 0.1, 0.05))
                .isInstanceOf(ConfigException.class)
                .hasMessage("minDifference: must be above perToken, 0.05, or rounding alone could pass; it is 0.05");
    }
}
