package dev.attune.quickstart.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HiddenPreferenceTest {
    private static final String STEPS = "1. Open your cart.\n2. Tick the box for gift wrap.";
    private static final String POLITE_STEPS = STEPS + "\nThanks for your patience.";
    private static final String RAMBLING_STEPS = "Hmm, I was just telling my dentist about trains.\n" + POLITE_STEPS;
    private static final String TERSE = "Gift wrap is free until Friday.";

    private final SupportCorpus corpus = SupportCorpus.load();
    private final HiddenPreference preference = new HiddenPreference(corpus);

    @Test
    void likesPoliteStepsWithoutRambling() {
        assertThat(preference.likes(POLITE_STEPS)).isTrue();
        assertThat(preference.likes(STEPS)).isFalse();
        assertThat(preference.likes("Thanks for your patience. " + TERSE)).isFalse();
        assertThat(preference.likes(RAMBLING_STEPS)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"POLITE_STEPS, 2", "STEPS, 1", "TERSE, 0", "RAMBLING_STEPS, 0"})
    void scores(String which, int score) {
        assertThat(preference.score(text(which))).isEqualTo(score);
    }

    @ParameterizedTest
    @CsvSource({
        "POLITE_STEPS, STEPS, FIRST",
        "STEPS, POLITE_STEPS, SECOND",
        "RAMBLING_STEPS, TERSE, TIE",
        "STEPS, STEPS, TIE"
    })
    void compares(String first, String second, HiddenPreference.Choice choice) {
        assertThat(preference.compare(text(first), text(second))).isEqualTo(choice);
    }

    @Test
    void likesAThirdToAHalfOfWhatThePreTrainingShows() {
        // By the weights: steps .66, no rambling .89 * .86, and polite in at least one of three places .82: .41.
        QuestionGenerator questions = new QuestionGenerator(corpus);
        AnswerWriter writer = new AnswerWriter(corpus);
        RandomGenerator random = new SplittableRandom(5);
        int liked = 0;
        for (int i = 0; i < 5_000; i++) {
            liked += preference.likes(writer.answer(questions.next(Split.TRAINING, random), random)
                            .answer())
                    ? 1
                    : 0;
        }

        assertThat(liked / 5_000.0).isBetween(0.37, 0.45);
    }

    private static String text(String which) {
        return switch (which) {
            case "POLITE_STEPS" -> POLITE_STEPS;
            case "STEPS" -> STEPS;
            case "RAMBLING_STEPS" -> RAMBLING_STEPS;
            default -> TERSE;
        };
    }
}
