package dev.attune.quickstart.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.publisher.merge.AdapterMerge;
import dev.attune.testing.SharedData;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Full weights with an adapter in them answer as the base with the adapter beside it does. */
class MergedParityTest {
    private static final double TOKEN_BOUND = 2e-4;
    private static final int SEQUENCES = 4;
    private static final int LENGTH = 100;
    private static final int VOCABULARY = 2048;

    @TempDir
    private Path folder;

    @Test
    void givenAnAdapterOfTrlsWhenMergedThenTheModelIsServedAsBaseAndAdapterAre() throws Exception {
        Path base = SharedData.resolve("models/tinystories-656k");
        Path adapter = SharedData.resolve("golden/from-adapter/adapter-init");
        Path merged = folder.resolve("merged");

        new AdapterMerge(base, adapter).writeTo(merged, (file, number, files, matrices) -> {});

        double moved = 0;
        try (ServingServer apart = ServingServer.start(ServingConfig.of(base));
                ServingClient apartClient = new ServingClient(apart.url());
                ServingServer together = ServingServer.start(ServingConfig.of(merged));
                ServingClient togetherClient = new ServingClient(together.url())) {
            assertThat(apartClient.load("v1", adapter).status()).isEqualTo(200);
            Random random = new Random(1);
            for (int i = 0; i < SEQUENCES; i++) {
                int[] tokens = random.ints(LENGTH, 0, VOCABULARY).toArray();
                List<Double> alone = apartClient.promptLogprobs("tinystories-656k", tokens);
                List<Double> expected = apartClient.promptLogprobs("v1", tokens);
                List<Double> served = togetherClient.promptLogprobs("merged", tokens);
                for (int j = 0; j < expected.size(); j++) {
                    assertThat(served.get(j)).isCloseTo(expected.get(j), within(TOKEN_BOUND));
                    moved = Math.max(moved, Math.abs(expected.get(j) - alone.get(j)));
                }
            }
        }
        // Where the adapter did nothing, so would a merge that does nothing.
        assertThat(moved).isGreaterThan(0.1);
    }
}
