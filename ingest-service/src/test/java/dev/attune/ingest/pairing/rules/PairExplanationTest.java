package dev.attune.ingest.pairing.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.ingest.pairing.rules.NoPair.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PairExplanationTest {
    private static final PromptKey PROMPT = new PromptKey("acme", "p");
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
    /** Minimum strength 0.6, a length ratio of 2. */
    private static final PairRules RULES =
            new PairRules(0.5, 0, 0.6, 32, 0, Duration.ofHours(24), 2, 32, Duration.ofHours(24));

    private final PairExplanation explanation = new PairExplanation(RULES);

    @Test
    void aPromptWithoutTwoJudgedCompletionsSaysSo() {
        assertThat(reasons(List.of())).containsExactly(Reason.NO_JUDGED_COMPLETION);
        assertThat(reasons(List.of(answer("a", "text", up("ann"))))).containsExactly(Reason.ONLY_ONE_JUDGED_COMPLETION);
    }

    @Test
    void theFirstRuleThatForbidsAPairIsNamed() {
        JudgedAnswer liked = answer("a", "text", up("ann"));
        assertThat(reason(liked, answer("b", "text", down("bob")))).isEqualTo(Reason.EQUAL_TEXTS);
        assertThat(reason(liked, answer("b", "another text", down("bob")))).isEqualTo(Reason.LENGTH_RATIO);
        assertThat(reason(liked, answer("b", "tent", up("bob")))).isEqualTo(Reason.NO_PREFERENCE);
        assertThat(reason(
                        liked,
                        answer("b", "tent", new Verdict("e", "bob", Verdict.Kind.DOWN, null, NOON, NOON, false))))
                .isEqualTo(Reason.NOT_FOR_TRAINING);
    }

    @Test
    void aStrengthBelowTheMinimumIsGivenWithItsNumbers() {
        List<NoPair> none = explain(
                List.of(
                        answer("a", "text", preferred("ann", "b"), dispreferred("bob", "b")),
                        answer("b", "tent", dispreferred("ann", "a"), preferred("bob", "a"))),
                false);

        // One against one, k = 0.5: 1.5 / 3.
        assertThat(none).singleElement().satisfies(pair -> {
            assertThat(pair.reason()).isEqualTo(Reason.STRENGTH_BELOW_MINIMUM);
            assertThat(pair.completionIds()).containsExactly("a", "b");
            assertThat(pair.detail()).contains("1.0 for, 1.0 against", "0.500", "0.6");
        });
    }

    @Test
    void whatWouldBeAPairIsEitherOnItsWayOrBeyondACap() {
        List<JudgedAnswer> answers = List.of(answer("a", "text", up("ann")), answer("b", "tent", down("ann")));

        assertThat(explain(answers, true)).extracting(NoPair::reason).containsExactly(Reason.NOT_YET);
        assertThat(explain(answers, false)).extracting(NoPair::reason).containsExactly(Reason.CAP);
    }

    @Test
    void whatIsAPairNeedsNoExplanation() {
        List<JudgedAnswer> answers = List.of(answer("a", "text", up("ann")), answer("b", "tent", down("ann")));

        assertThat(explanation.explain(PROMPT, answers, Set.of(StableHash.pairId(PROMPT, "a", "b")), false, 10))
                .isEmpty();
    }

    private Reason reason(JudgedAnswer one, JudgedAnswer other) {
        return reasons(List.of(one, other)).getFirst();
    }

    private List<Reason> reasons(List<JudgedAnswer> answers) {
        return explain(answers, false).stream().map(NoPair::reason).toList();
    }

    private List<NoPair> explain(List<JudgedAnswer> answers, boolean pending) {
        return explanation.explain(PROMPT, answers, Set.of(), pending, 10);
    }

    private static JudgedAnswer answer(String id, String text, Verdict... verdicts) {
        return new JudgedAnswer(id, "t", 1, StableHash.id(text), text.length(), "v1", NOON, List.of(verdicts));
    }

    private static Verdict up(String user) {
        return verdict(user, Verdict.Kind.UP, null);
    }

    private static Verdict down(String user) {
        return verdict(user, Verdict.Kind.DOWN, null);
    }

    private static Verdict preferred(String user, String other) {
        return verdict(user, Verdict.Kind.PREFERRED, other);
    }

    private static Verdict dispreferred(String user, String other) {
        return verdict(user, Verdict.Kind.DISPREFERRED, other);
    }

    private static Verdict verdict(String user, Verdict.Kind kind, @Nullable String other) {
        return new Verdict("e-" + user, user, kind, other, NOON, NOON, true);
    }
}
