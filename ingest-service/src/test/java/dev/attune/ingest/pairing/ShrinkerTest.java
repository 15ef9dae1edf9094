package dev.attune.ingest.pairing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
    @Test
    void whatIsNotNeededToFailIsLeftOut() {
        List<Integer> hundred = IntStream.range(0, 100).boxed().toList();

        assertThat(Shrinker.shrink(hundred, part -> part.contains(17) && part.contains(42) && part.contains(99)))
                .containsExactly(17, 42, 99);
        assertThat(Shrinker.shrink(hundred, part -> part.size() > 9)).hasSize(10);
        assertThat(Shrinker.shrink(hundred, part -> part.contains(5))).containsExactly(5);
    }
}
