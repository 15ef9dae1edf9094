package dev.attune.trainer.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.trainer.Pairs;
import dev.attune.trainer.learner.TrainingPair;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeldOutSliceTest {
    private static final HeldOutRule HALF = new HeldOutRule(0.5);

    @Test
    void theShareIsWhatTheRuleSaysAndAPromptStaysWhereItIs() {
        // 5% of 20,000 prompts: 1,000, give or take four standard deviations of 31
        HeldOutRule rule = new HeldOutRule(0.05);
        long heldOut = IntStream.range(0, 20_000)
                .filter(i -> rule.holdsOut(HeldOutRule.position("acme", "prompt-" + i)))
                .count();

        assertThat(heldOut).isBetween(876L, 1124L);
        // The first 13 digits of SHA-256 of "acme/p", by sha256sum: 1801d1df4e24b
        assertThat(HeldOutRule.position("acme", "p")).isEqualTo(0x1801d1df4e24bL / 0x1p52);
        assertThat(HeldOutRule.position("acme", "p")).isNotEqualTo(HeldOutRule.position("other", "p"));
        assertThat(new HeldOutRule(0).holdsOut(0)).isFalse();
    }

    @Test
    void theLowestStayInWhateverOrderTheyCome() {
        List<PendingExample> pairs = List.of(pair("a", 0.4), pair("b", 0.1), pair("c", 0.3), pair("d", 0.2));
        HeldOutSlice one = new HeldOutSlice(HALF, 2, List.of());
        HeldOutSlice other = new HeldOutSlice(HALF, 2, List.of());

        pairs.forEach(one::add);
        pairs.reversed().forEach(other::add);

        assertThat(one.pairs()).extracting(kept -> kept.key().pairId()).containsExactly("b", "d");
        assertThat(other.pairs()).extracting(KeptExample::toLine).isEqualTo(lines(one));
    }

    @Test
    void itIsTheSameAfterWritingAndReading() {
        HeldOutSlice slice = new HeldOutSlice(HALF, 10, List.of());
        slice.add(pair("a", 0.123456789));
        slice.add(pair("b", 0.3));

        List<KeptExample> read = slice.pairs().stream()
                .map(pair -> KeptExample.parse(pair.toLine()))
                .toList();

        assertThat(lines(new HeldOutSlice(HALF, 10, read))).isEqualTo(lines(slice));
        assertThat(slice.tokens().getFirst().liked()).containsExactly(new int[] {2, 4});
    }

    @Test
    void theLinesOfEarlierReleasesAreRead() {
        KeptExample kept = KeptExample.parse("""
                {"tenant":"acme","pairId":"a","prompt":[1],"chosen":[2,4],"rejected":[3],"strength":0.75,"promptPosition":0.1}
                """);

        assertThat(lines(new HeldOutSlice(HALF, 10, List.of(kept))))
                .singleElement()
                .isEqualTo(KeptExample.of(pair("a", 0.1)).toLine());
    }

    @Test
    void whatIsTrainedFromNowOnLeavesIt() {
        HeldOutSlice slice = new HeldOutSlice(HALF, 10, List.of());
        slice.add(pair("a", 0.1));
        slice.add(pair("b", 0.3));

        assertThat(new HeldOutSlice(new HeldOutRule(0.2), 10, slice.pairs()).pairs())
                .extracting(kept -> kept.key().pairId())
                .containsExactly("a");
    }

    private static List<String> lines(HeldOutSlice slice) {
        return slice.pairs().stream().map(KeptExample::toLine).toList();
    }

    private static PendingExample pair(String pairId, double promptPosition) {
        return new PendingExample(
                new ExampleKey(Pairs.TENANT, pairId),
                1,
                Direction.FORWARD,
                new TrainingPair(pairId, new int[] {1}, new int[] {2, 4}, new int[] {3}, 0.75),
                List.of(),
                Pairs.LAST_EVIDENCE,
                Pairs.LAST_EVIDENCE,
                Pairs.SERVED_AT,
                new SourceRecord("pairs", 0, 0, null, null),
                promptPosition,
                0);
    }
}
