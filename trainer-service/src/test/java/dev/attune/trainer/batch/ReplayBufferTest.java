package dev.attune.trainer.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.attune.trainer.Pairs;
import dev.attune.trainer.learner.TrainingPair;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplayBufferTest {
    private static final HeldOutRule NOTHING_HELD_OUT = new HeldOutRule(0);
    private static final ReplayState BEGINNING = new ReplayState(7, 0);

    @Test
    void theGeneratorIsThePublishedOne() {
        // The sequence of seed 1234567 that implementations of SplitMix64 are checked with.
        CountedRandom random = CountedRandom.of(1234567);

        assertThat(random.next()).isEqualTo(6457827717110365317L);
        assertThat(random.next()).isEqualTo(3203168211198807973L);
        assertThat(Long.toUnsignedString(random.next())).isEqualTo("9817491932198370423");
    }

    @Test
    void everyTrainedPairIsKeptWithTheSameProbability() {
        // Given 2,000 buffers of 5 that saw 20 pairs each: a pair is in 500 of them, give or take
        // 4 * sqrt(2000 * 0.25 * 0.75) = 78
        int[] kept = new int[20];
        for (int seed = 0; seed < 2_000; seed++) {
            ReplayBuffer buffer = new ReplayBuffer(0.5, 5, NOTHING_HELD_OUT, new ReplayState(seed, 0), List.of());
            range(0, 20).forEach(buffer::add);
            assertThat(buffer.pairs()).hasSize(5);
            buffer.pairs()
                    .forEach(pair -> kept[Integer.parseInt(pair.key().pairId().substring(1))]++);
        }

        assertThat(kept).hasSize(20);
        assertThat(IntStream.of(kept)).allSatisfy(count -> assertThat(count).isBetween(422, 578));
    }

    @Test
    void everyKeptPairIsDrawnWithTheSameProbabilityAndNoneTwice() {
        // Given 10 pairs of which a step draws 4, over 5,000 steps: each 2,000 times, give or take
        // 4 * sqrt(5000 * 0.4 * 0.6) = 139
        ReplayBuffer buffer = filled(0.5, 10, 10);
        int[] drawn = new int[10];
        for (int step = 1; step <= 5_000; step++) {
            List<KeptExample> draw = buffer.draw(4, step);
            assertThat(draw).hasSize(4).doesNotHaveDuplicates();
            draw.forEach(pair -> drawn[Integer.parseInt(pair.key().pairId().substring(1))]++);
        }

        assertThat(IntStream.of(drawn)).allSatisfy(count -> assertThat(count).isBetween(1861, 2139));
    }

    @Test
    void theShareIsKeptOverManySmallSteps() {
        // A share of 0.2 is one replayed pair for every four fresh ones: steps of one pair, by age, draw every fourth
        // time.
        ReplayBuffer buffer = filled(0.2, 10, 8);
        List<Integer> sizes = new ArrayList<>();
        for (int step = 9; step <= 16; step++) {
            sizes.add(buffer.draw(1, step).size());
            buffer.add(pair("q" + step, Direction.FORWARD));
        }

        assertThat(sizes).containsExactly(0, 0, 0, 1, 0, 0, 0, 1);
        assertThat(buffer.draw(16, 17)).hasSize(4);
        // What is not there cannot be drawn.
        assertThat(filled(0.9, 10, 2).draw(10, 1)).hasSize(2);
    }

    @Test
    void aPairIsThereOnceAndLeavesWhenPeopleNoLongerSayIt() {
        ReplayBuffer buffer = filled(0.5, 10, 3);

        buffer.said(key("p0"), Direction.FORWARD);
        buffer.said(key("p1"), Direction.REVERSED);
        buffer.remove(key("p2"));
        buffer.remove(key("unknown"));
        assertThat(buffer.pairs()).extracting(kept -> kept.key().pairId()).containsExactly("p0");

        buffer.add(pair("p0", Direction.REVERSED));
        assertThat(buffer.pairs()).extracting(KeptExample::direction).containsExactly(Direction.REVERSED);
        assertThat(buffer.state()).isEqualTo(new ReplayState(7, 4));
    }

    @Test
    void itGoesOnWithTheSameDrawsAfterWritingAndReading() {
        ReplayBuffer whole = filled(0.5, 4, 9);
        List<KeptExample> read = whole.pairs().stream()
                .map(pair -> KeptExample.parse(pair.toLine()))
                .toList();
        ReplayBuffer restored = new ReplayBuffer(0.5, 4, NOTHING_HELD_OUT, whole.state(), read);

        assertThat(lines(restored.pairs())).isEqualTo(lines(whole.pairs()));
        for (int step = 10; step < 30; step++) {
            assertThat(lines(restored.draw(3, step))).isEqualTo(lines(whole.draw(3, step)));
            whole.add(pair("q" + step, Direction.FORWARD));
            restored.add(pair("q" + step, Direction.FORWARD));
        }
        assertThat(lines(restored.pairs())).isEqualTo(lines(whole.pairs()));
        assertThat(whole.pairs().getFirst().tokens().liked()).containsExactly(new int[] {2, 4});
        assertThatThrownBy(() -> KeptExample.parse("{}")).hasMessageContaining("is no pair or answer to be kept");
    }

    @Test
    void whatTheSettingsNoLongerAllowIsNotKept() {
        List<KeptExample> pairs = filled(0.5, 10, 10).pairs();
        ReplayState state = new ReplayState(7, 10);

        assertThat(new ReplayBuffer(0.5, 4, NOTHING_HELD_OUT, state, pairs).pairs())
                .hasSize(4)
                .isSubsetOf(pairs);
        assertThat(new ReplayBuffer(0.5, 10, new HeldOutRule(0.6), state, pairs).pairs())
                .isEmpty();
        ReplayBuffer off = new ReplayBuffer(0, 10, NOTHING_HELD_OUT, state, pairs);
        off.add(pair("q", Direction.FORWARD));
        assertThat(off.pairs()).isEmpty();
        assertThat(off.draw(100, 1)).isEmpty();
        assertThat(off.state().seen()).isZero();
    }

    @Test
    void numbersBelowABoundAreEvenlySpread() {
        // 10,000 of 0 to 9: a mean of 4.5, give or take four times sqrt(99/12) / 100 = 0.115
        double mean = IntStream.range(0, 10_000)
                .mapToLong(count -> CountedRandom.of(3, 1, count).below(10))
                .average()
                .orElseThrow();

        assertThat(mean).isCloseTo(4.5, within(0.115));
    }

    private static List<String> lines(List<KeptExample> kept) {
        return kept.stream().map(KeptExample::toLine).toList();
    }

    private static ReplayBuffer filled(double share, int capacity, int count) {
        ReplayBuffer buffer = new ReplayBuffer(share, capacity, NOTHING_HELD_OUT, BEGINNING, List.of());
        range(0, count).forEach(buffer::add);
        return buffer;
    }

    private static List<PendingExample> range(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> pair("p" + i, Direction.FORWARD))
                .toList();
    }

    private static ExampleKey key(String pairId) {
        return new ExampleKey(Pairs.TENANT, pairId);
    }

    private static PendingExample pair(String pairId, Direction direction) {
        return new PendingExample(
                key(pairId),
                1,
                direction,
                new TrainingPair(pairId, new int[] {1}, new int[] {2, 4}, new int[] {3}, 0.75),
                List.of(),
                Pairs.LAST_EVIDENCE,
                Pairs.LAST_EVIDENCE,
                Pairs.SERVED_AT,
                new SourceRecord("pairs", 0, 0, null, null),
                0.5,
                0);
    }
}
