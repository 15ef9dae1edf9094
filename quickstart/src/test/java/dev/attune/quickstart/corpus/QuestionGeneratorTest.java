package dev.attune.quickstart.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuestionGeneratorTest {
    private static final int QUESTIONS = 3_000;

    private final SupportCorpus corpus = SupportCorpus.load();
    private final QuestionGenerator generator = new QuestionGenerator(corpus);

    @Test
    void theSameSeedGivesTheSameQuestions() {
        assertThat(questions(Split.TRAINING, 7)).isEqualTo(questions(Split.TRAINING, 7));
        assertThat(questions(Split.TRAINING, 7)).isNotEqualTo(questions(Split.TRAINING, 8));
    }

    @ParameterizedTest
    @EnumSource(Split.class)
    void leavesNoPlaceholder(Split split) {
        assertThat(questions(split, 1)).noneMatch(question -> question.text().contains("{"));
    }

    @ParameterizedTest
    @EnumSource(Split.class)
    void drawsPhrasesOfItsSplitOnly(Split split) {
        assertThat(questions(split, 2))
                .allSatisfy(question -> question.slots()
                        .forEach((slot, phrase) ->
                                assertThat(isHeldOut(slot, phrase)).isEqualTo(split.heldOutValues())));
    }

    @ParameterizedTest
    @EnumSource(Split.class)
    void drawsWordingsOfItsSplitOnly(Split split) {
        assertThat(questions(split, 3)).allSatisfy(question -> {
            List<String> seen = filled(question, question.intent().questions());
            List<String> heldOut = filled(question, question.intent().heldOut());
            List<String> right = split.heldOutParaphrases() ? heldOut : seen;
            List<String> wrong = split.heldOutParaphrases() ? seen : heldOut;
            assertThat(right).anyMatch(question.text()::endsWith);
            assertThat(wrong).doesNotContain(question.text());
        });
    }

    @Test
    void namesExactlyTheSlotsOfItsText() {
        assertThat(questions(Split.HELD_OUT, 4))
                .allSatisfy(question -> question.slots()
                        .values()
                        .forEach(phrase -> assertThat(question.text()).containsIgnoringCase(phrase)));
    }

    @Test
    void inventedWordsAreAskedButNotKnown() {
        RandomGenerator random = new SplittableRandom(5);
        QuestionGenerator inventive = new QuestionGenerator(corpus, 1);

        List<Question> questions = Stream.generate(() -> inventive.next(Split.TRAINING, random))
                .limit(QUESTIONS)
                .toList();

        assertThat(questions)
                .allSatisfy(
                        question -> assertThat(question.slots()).doesNotContainKeys(Slot.PRODUCT, Slot.CITY, Slot.NAME))
                .noneMatch(question -> question.text().contains("{"))
                .anyMatch(question -> question.slots().containsKey(Slot.ORDER));
    }

    private List<Question> questions(Split split, long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        return Stream.generate(() -> generator.next(split, random))
                .limit(QUESTIONS)
                .toList();
    }

    private List<String> filled(Question question, List<String> templates) {
        return templates.stream()
                .map(template -> corpus.fill(template, question.slots()))
                .toList();
    }

    /** Held out by its phrase ("piano") or, where a number follows, by the number, a multiple of 7. */
    private static boolean isHeldOut(Slot slot, String phrase) {
        return switch (slot) {
            case PRODUCT ->
                List.of("projector", "scanner", "piano", "juicer", "violin", "grill", "telescope", "food mixer")
                        .contains(phrase);
            case CITY ->
                List.of("Lisbon", "Prague", "Turin", "Houston", "Cardiff", "Bremen")
                        .contains(phrase);
            case NAME ->
                List.of("Sara", "Tom", "Martin", "Lina", "Bruno", "Helen").contains(phrase);
            case ORDER, DATE -> Integer.parseInt(phrase.substring(phrase.indexOf(' ') + 1)) % 7 == 0;
        };
    }
}
