package dev.attune.ingest.pairing.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.ingest.pairing.rules.Verdict.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PromptStageTest {
    private static final PromptKey PROMPT = new PromptKey("acme", "p");
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
    private static final Duration WAIT = Duration.ofHours(1);

    private final PromptStage stage = new PromptStage(new PairRules(0.5, 0, 0.6, 0, 0, WAIT, 0, 0, WAIT));

    @Test
    void whatWasSaidIsNotSaidAgain() {
        List<JudgedAnswer> answers = List.of(answer("a", Kind.UP), answer("b", Kind.DOWN));
        Published<AssembledPair> first = onlyPair(revise(answers, Map.of(), NOON));

        PromptChanges again = revise(answers, Map.of(first.content().pairId(), first), NOON);

        assertThat(first.revision()).isEqualTo(1);
        assertThat(first.active()).isTrue();
        assertThat(again.pairs()).isEmpty();
    }

    @Test
    void changedMindsFlipThePairUnderTheSameId() {
        Published<AssembledPair> first =
                onlyPair(revise(List.of(answer("a", Kind.UP), answer("b", Kind.DOWN)), Map.of(), NOON));

        Published<AssembledPair> flipped = onlyPair(revise(
                List.of(answer("a", Kind.DOWN), answer("b", Kind.UP)),
                Map.of(first.content().pairId(), first),
                NOON));

        assertThat(flipped.content().pairId()).isEqualTo(first.content().pairId());
        assertThat(flipped.content().chosenId()).isEqualTo("b");
        assertThat(flipped.revision()).isEqualTo(2);
        assertThat(flipped.active()).isTrue();
    }

    @Test
    void lostVotesRetractThePairOnceAndNewOnesBringItBack() {
        Published<AssembledPair> first =
                onlyPair(revise(List.of(answer("a", Kind.UP), answer("b", Kind.DOWN)), Map.of(), NOON));
        List<JudgedAnswer> lost = List.of(answer("a", Kind.UP), answer("b"));

        Published<AssembledPair> retracted =
                onlyPair(revise(lost, Map.of(first.content().pairId(), first), NOON));
        assertThat(retracted.active()).isFalse();
        assertThat(retracted.revision()).isEqualTo(2);
        assertThat(retracted.content()).isEqualTo(first.content());
        assertThat(revise(lost, Map.of(first.content().pairId(), retracted), NOON)
                        .pairs())
                .isEmpty();

        Published<AssembledPair> back = onlyPair(revise(
                List.of(answer("a", Kind.UP), answer("b", Kind.DOWN)),
                Map.of(first.content().pairId(), retracted),
                NOON));
        assertThat(back.active()).isTrue();
        assertThat(back.revision()).isEqualTo(3);
    }

    @Test
    void aJudgedAnswerThatStaysAloneBecomesASingleUntilItFindsAPartner() {
        List<JudgedAnswer> alone = List.of(answer("a", Kind.DOWN));

        PromptChanges early = revise(alone, Map.of(), NOON.plus(WAIT).minusMillis(1));
        assertThat(early.singles()).isEmpty();
        assertThat(early.nextLook()).contains(NOON.plus(WAIT));

        Published<AssembledSingle> single =
                revise(alone, Map.of(), NOON.plus(WAIT)).singles().getFirst();
        assertThat(single.content().desirable()).isFalse();
        // m = 1, n = 0, k = 0.5: 1.5 / 2
        assertThat(single.content().strength()).isEqualTo(0.75);
        assertThat(single.active()).isTrue();

        PromptChanges paired = stage.revise(
                PROMPT,
                List.of(answer("a", Kind.DOWN), answer("b", Kind.UP)),
                Map.of(),
                Map.of("a", single),
                NOON.plus(WAIT));
        assertThat(paired.pairs()).hasSize(1);
        assertThat(paired.singles()).singleElement().satisfies(revised -> {
            assertThat(revised.active()).isFalse();
            assertThat(revised.revision()).isEqualTo(2);
        });
    }

    private PromptChanges revise(
            List<JudgedAnswer> answers, Map<String, Published<AssembledPair>> before, Instant now) {
        return stage.revise(PROMPT, answers, before, Map.of(), now);
    }

    private static Published<AssembledPair> onlyPair(PromptChanges changes) {
        assertThat(changes.pairs()).hasSize(1);
        return changes.pairs().getFirst();
    }

    private static JudgedAnswer answer(String id, Kind... thumbs) {
        List<Verdict> verdicts = List.of(thumbs).stream()
                .map(kind -> new Verdict("e-" + id + kind, "user-" + id, kind, null, NOON, NOON, true))
                .toList();
        return new JudgedAnswer(id, "turn", 1, StableHash.id(id), 5, "v1", NOON, verdicts);
    }
}
