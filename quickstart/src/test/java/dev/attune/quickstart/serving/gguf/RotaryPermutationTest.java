package dev.attune.quickstart.serving.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RotaryPermutationTest {
    @Test
    void givenTwoHeadsOfFourRowsWhenPermutedThenPartnersStandSideBySide() {
        // Rows 0 to 7 of width 2, each holding its own number; head 0 is rows 0 to 3, partners are 0 and 2, 1 and 3.
        float[] rows = {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7};

        float[] permuted = RotaryPermutation.apply(rows, 2, 2);

        assertThat(permuted).containsExactly(0, 0, 2, 2, 1, 1, 3, 3, 4, 4, 6, 6, 5, 5, 7, 7);
    }
}
