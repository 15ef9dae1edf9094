package dev.attune.ingest.pairing.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.ingest.pairing.rules.AssembledPair.Origin;
import dev.attune.ingest.pairing.rules.Verdict.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PairAssemblerTest {
    private static final PromptKey PROMPT = new PromptKey("acme", "p");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

    @Test
    void anUpAgainstADownInATurnMakesAPair() {
        AssembledPair pair = only(assemble(open(), answer("good", "t1", up("ann")), answer("bad", "t1", down("bob"))));

        assertThat(pair.chosenId()).isEqualTo("good");
        assertThat(pair.rejectedId()).isEqualTo("bad");
        assertThat(pair.origin()).isEqualTo(Origin.THUMBS_IN_TURN);
        // s = 2, o = 0, k = 0.5: 2.5 / 3
        assertThat(pair.strength()).isCloseTo(5.0 / 6, within(1e-12));
        assertThat(pair.evidence()).hasSize(2);
    }

    @Test
    void aUserHasOneVoteHoweverManyThumbs() {
        AssembledPair pair = only(assemble(open(), answer("good", "t1", up("ann")), answer("bad", "t2", down("ann"))));

        // s = 1: 1.5 / 2
        assertThat(pair.strength()).isEqualTo(0.75);
        assertThat(pair.supporting()).isEqualTo(1);
        assertThat(pair.origin()).isEqualTo(Origin.THUMBS_ACROSS_TURNS);
    }

    @Test
    void aPickOutweighsTheSameUsersThumbs() {
        AssembledPair pair = only(assemble(
                open(),
                answer("a", "t1", preferredTo("b", "ann"), down("ann")),
                answer("b", "t1", dispreferredTo("a", "ann"), up("ann"))));

        assertThat(pair.chosenId()).isEqualTo("a");
        assertThat(pair.strength()).isEqualTo(0.75);
        assertThat(pair.origin()).isEqualTo(Origin.PICK);
        assertThat(pair.evidence()).hasSize(1);
    }

    @Test
    void threeAgreeingPicksHaveStrengthSevenEighths() {
        AssembledPair pair = only(assemble(
                open(),
                answer("a", "t1", preferredTo("b", "ann"), preferredTo("b", "bob"), preferredTo("b", "cid")),
                answer("b", "t1", dispreferredTo("a", "ann"), dispreferredTo("a", "bob"), dispreferredTo("a", "cid"))));

        assertThat(pair.strength()).isEqualTo(0.875);
    }

    @Test
    void aTieGivesHalfToBothSides() {
        AssembledPair pair = only(assemble(
                open(),
                answer("a", "t1", preferredTo("b", "ann"), preferredTo("b", "bob"), tiedWith("b", "cid")),
                answer("b", "t1", dispreferredTo("a", "ann"), dispreferredTo("a", "bob"), tiedWith("a", "cid"))));

        // s = 2.5, o = 0.5: 3 / 4
        assertThat(pair.strength()).isEqualTo(0.75);
        assertThat(pair.supporting()).isEqualTo(2.5);
        assertThat(pair.opposing()).isEqualTo(0.5);
    }

    @Test
    void tiesAndBothBadAloneMakeNoPair() {
        assertThat(assemble(
                        open(),
                        answer("a", "t1", tiedWith("b", "ann"), bothBad("b", "bob")),
                        answer("b", "t1", tiedWith("a", "ann"), bothBad("a", "bob"))))
                .isEmpty();
    }

    @Test
    void anEvenVoteMakesNoPair() {
        assertThat(assemble(
                        open(),
                        answer("a", "t1", preferredTo("b", "ann"), dispreferredTo("b", "bob")),
                        answer("b", "t1", dispreferredTo("a", "ann"), preferredTo("a", "bob"))))
                .isEmpty();
    }

    @Test
    void belowTheMinimumStrengthThereIsNoPair() {
        // One pick: 0.75.
        JudgedAnswer a = answer("a", "t1", preferredTo("b", "ann"));
        JudgedAnswer b = answer("b", "t1", dispreferredTo("a", "ann"));

        assertThat(assemble(rules(0.76, 0, 0, 0), a, b)).isEmpty();
        assertThat(assemble(rules(0.75, 0, 0, 0), a, b)).hasSize(1);
    }

    @Test
    void equalTextsMakeNoPairAndAnEmptyTextDoes() {
        JudgedAnswer liked = answer("a", "t1", "same", up("ann"));

        assertThat(assemble(open(), liked, answer("b", "t1", "same", down("bob"))))
                .isEmpty();
        assertThat(assemble(open(), liked, answer("c", "t1", "", down("bob")))).hasSize(1);
    }

    @Test
    void tooUnequalLengthsMakeNoPair() {
        JudgedAnswer four = answer("a", "t1", "four", up("ann"));
        JudgedAnswer eight = answer("b", "t1", "eight ch", down("bob"));
        JudgedAnswer empty = answer("c", "t1", "", down("bob"));

        assertThat(assemble(rules(0.6, 0, 2, 0), four, eight)).hasSize(1);
        assertThat(assemble(rules(0.6, 0, 1.9, 0), four, eight)).isEmpty();
        // An empty text counts as one character: 4 / 1.
        assertThat(assemble(rules(0.6, 0, 4, 0), four, empty)).hasSize(1);
        assertThat(assemble(rules(0.6, 0, 3.9, 0), four, empty)).isEmpty();
    }

    @Test
    void votesThatMustNotBeTrainedOnMakeNothing() {
        Verdict secret = new Verdict("e-ann", "ann", Kind.UP, null, NOON, NOON, false);

        assertThat(assemble(open(), answer("a", "t1", secret), answer("b", "t1", down("bob"))))
                .isEmpty();
    }

    @Test
    void anEditBeatsItsOriginalAndNeverLosesToIt() {
        Verdict edited = new Verdict("e-ann", "ann", Kind.EDITED, "a'", NOON, NOON, true);

        AssembledPair pair =
                only(assemble(open(), answer("a", "t1", edited, up("ann"), down("bob")), answer("a'", "t1")));

        assertThat(pair.chosenId()).isEqualTo("a'");
        assertThat(pair.rejectedId()).isEqualTo("a");
        assertThat(pair.origin()).isEqualTo(Origin.EDIT);
        // The edit stands for ann's own thumb; bob's speaks for the edited text as it would for any other answer.
        assertThat(pair.supporting()).isEqualTo(2);
        assertThat(pair.evidence()).extracting(one -> one.verdict().eventId()).containsExactly("down-bob", "e-ann");
        assertThat(assemble(open(), answer("a", "t1", edited, up("bob"), up("cid"), up("dee")), answer("a'", "t1")))
                .isEmpty();
    }

    @Test
    void anEditThatChangesNothingMakesNoPair() {
        Verdict edited = new Verdict("e-ann", "ann", Kind.EDITED, "a'", NOON, NOON, true);

        assertThat(assemble(open(), answer("a", "t1", "same", edited), answer("a'", "t1", "same")))
                .isEmpty();
    }

    @Test
    void aRegenerationIsAPartOfAThumbDownWhereThatIsSet() {
        JudgedAnswer liked = answer("a", "t1", up("ann"), up("bob"));
        JudgedAnswer regenerated = answer("b", "t1", regeneratedBy("bob"), regeneratedBy("cid"));

        assertThat(assemble(open(), liked, regenerated)).isEmpty();

        AssembledPair pair = only(assemble(new PairRules(0.5, 0.25, 0.6, 0, 0, DAY, 0, 0, DAY), liked, regenerated));
        assertThat(pair.chosenId()).isEqualTo("a");
        // Ann and bob, and a quarter of cid: bob's thumb stands for his whole vote.
        assertThat(pair.supporting()).isEqualTo(2.25);
        assertThat(pair.evidence()).hasSize(3);
    }

    @Test
    void theCapKeepsPicksFirstThenTheLowestHashesAndDoesNotDependOnOrder() {
        List<JudgedAnswer> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            answers.add(answer("up" + i, "t" + i, up("u" + i)));
            answers.add(answer("down" + i, "t" + i, down("d" + i)));
        }
        answers.add(answer("x", "t9", preferredTo("y", "ann")));
        answers.add(answer("y", "t9", dispreferredTo("x", "ann")));

        // One pick, 4 pairs in turns, 12 across turns.
        assertThat(assemble(open(), answers.toArray(JudgedAnswer[]::new))).hasSize(17);
        Collection<AssembledPair> capped = assemble(rules(0.6, 6, 0, 0), answers.toArray(JudgedAnswer[]::new));
        assertThat(capped).filteredOn(pair -> pair.origin() == Origin.PICK).hasSize(1);
        assertThat(capped)
                .filteredOn(pair -> pair.origin() == Origin.THUMBS_IN_TURN)
                .hasSize(4);
        assertThat(capped)
                .filteredOn(pair -> pair.origin() == Origin.THUMBS_ACROSS_TURNS)
                .hasSize(1);
        assertThat(assemble(rules(0.6, 6, 0, 0), answers.reversed().toArray(JudgedAnswer[]::new)))
                .containsExactlyElementsOf(capped);
    }

    @Test
    void acrossTurnsABoundedNumberOfAnswersMeet() {
        List<JudgedAnswer> answers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            answers.add(answer("up" + i, "liked" + i, up("u" + i)));
            answers.add(answer("down" + i, "disliked" + i, down("d" + i)));
        }

        assertThat(assemble(open(), answers.toArray(JudgedAnswer[]::new))).hasSize(100);
        assertThat(assemble(rules(0.6, 0, 0, 3), answers.toArray(JudgedAnswer[]::new)))
                .hasSize(9);
    }

    @Test
    void aUsersVotesOfOneWindowCountInABoundedNumberOfPairs() {
        PairRules two = new PairRules(0.5, 0, 0.6, 0, 2, DAY, 0, 0, DAY);
        List<JudgedAnswer> answers = new ArrayList<>();
        answers.add(answer("up", "t", up("bob")));
        for (int i = 0; i < 6; i++) {
            // Ann dislikes six answers, two of them a day later; cid dislikes one of them too.
            Instant at = i < 4 ? NOON : NOON.plus(DAY);
            Verdict ann = new Verdict("e" + i, "ann", Kind.DOWN, null, at, at, true);
            answers.add(answer("down" + i, "t", i == 0 ? new Verdict[] {ann, down("cid")} : new Verdict[] {ann}));
        }

        Assembly assembly = new PairAssembler(two).assemble(PROMPT, answers);

        assertThat(countedIn(assembly, "bob")).isEqualTo(2);
        assertThat(countedIn(assembly, "cid")).isEqualTo(1);
        assertThat(countedIn(assembly, "ann")).isEqualTo(4);
        assertThat(assembly.pairs().values())
                .as("where votes are left, they decide alone")
                .allSatisfy(pair -> assertThat(pair.supporting()).isEqualTo((double) pair.evidence().stream()
                        .map(one -> one.verdict().userId())
                        .distinct()
                        .count()));
        // Bob is left out of four pairs; of ann's four votes of the first day two.
        assertThat(assembly.heldBack()).containsEntry(Bound.PAIRS_PER_USER, 4 + 2);
        assertThat(new PairAssembler(two).assemble(PROMPT, answers.reversed())).isEqualTo(assembly);
    }

    @Test
    void whatBoundsHoldBackIsCounted() {
        List<JudgedAnswer> answers = List.of(
                answer("a", "t1", "same", up("ann")),
                answer("b", "t1", "same", down("bob")),
                answer("c", "t1", "a long text", down("bob")),
                answer("d", "t1", "some", down("bob")),
                answer("e", "t1", "text", down("bob")));

        // One vote or two are 0.75 or 0.83; of the three pairs with a the first has equal texts, the next unequal
        // lengths.
        assertThat(new PairAssembler(rules(0.6, 1, 2, 0))
                        .assemble(PROMPT, answers)
                        .heldBack())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(Bound.EQUAL_TEXTS, 1, Bound.LENGTH_RATIO, 1, Bound.PAIRS_PER_PROMPT, 1));
        assertThat(new PairAssembler(rules(0.9, 0, 0, 3))
                        .assemble(PROMPT, answers)
                        .heldBack())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(Bound.EQUAL_TEXTS, 1, Bound.MINIMUM_STRENGTH, 3, Bound.ANSWERS_ACROSS_TURNS, 1));
    }

    @Test
    void aPairHasOneIdInBothDirections() {
        assertThat(StableHash.pairId(PROMPT, "a", "b")).isEqualTo(StableHash.pairId(PROMPT, "b", "a"));
        // Ids are separated by their lengths: no other pair can be made to look like this one.
        assertThat(StableHash.pairId(PROMPT, "a", "bc")).isNotEqualTo(StableHash.pairId(PROMPT, "ab", "c"));
    }

    private static long countedIn(Assembly assembly, String user) {
        return assembly.pairs().values().stream()
                .filter(pair -> pair.evidence().stream()
                        .anyMatch(one -> one.verdict().userId().equals(user)))
                .count();
    }

    private static PairRules open() {
        return rules(0.6, 0, 0, 0);
    }

    private static PairRules rules(double minimumStrength, int cap, double lengthRatio, int across) {
        return new PairRules(0.5, 0, minimumStrength, cap, 0, DAY, lengthRatio, across, DAY);
    }

    private static Collection<AssembledPair> assemble(PairRules rules, JudgedAnswer... answers) {
        return new PairAssembler(rules)
                .assemble(PROMPT, List.of(answers))
                .pairs()
                .values();
    }

    private static AssembledPair only(Collection<AssembledPair> pairs) {
        assertThat(pairs).hasSize(1);
        return pairs.iterator().next();
    }

    private static JudgedAnswer answer(String id, String turn, Verdict... verdicts) {
        return answer(id, turn, "text of " + id, verdicts);
    }

    private static JudgedAnswer answer(String id, String turn, String text, Verdict... verdicts) {
        return new JudgedAnswer(id, turn, 1, StableHash.id(text), text.length(), "v1", NOON, List.of(verdicts));
    }

    private static Verdict up(String user) {
        return new Verdict("up-" + user, user, Kind.UP, null, NOON, NOON, true);
    }

    private static Verdict down(String user) {
        return new Verdict("down-" + user, user, Kind.DOWN, null, NOON, NOON, true);
    }

    private static Verdict regeneratedBy(String user) {
        return new Verdict("regen-" + user, user, Kind.REGENERATED, null, NOON, NOON, true);
    }

    private static Verdict preferredTo(String other, String user) {
        return new Verdict("pick-" + user, user, Kind.PREFERRED, other, NOON, NOON, true);
    }

    private static Verdict dispreferredTo(String other, String user) {
        return new Verdict("pick-" + user, user, Kind.DISPREFERRED, other, NOON, NOON, true);
    }

    private static Verdict tiedWith(String other, String user) {
        return new Verdict("pick-" + user, user, Kind.TIED, other, NOON, NOON, true);
    }

    private static Verdict bothBad(String other, String user) {
        return new Verdict("pick-" + user, user, Kind.BOTH_BAD, other, NOON, NOON, true);
    }
}
