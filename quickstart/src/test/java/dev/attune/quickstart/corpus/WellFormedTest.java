package dev.attune.quickstart.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WellFormedTest {
    private static final int ANSWERS = 4_000;

    private final SupportCorpus corpus = SupportCorpus.load();
    private final QuestionGenerator questions = new QuestionGenerator(corpus);
    private final AnswerWriter writer = new AnswerWriter(corpus);
    private final WellFormed judge = new WellFormed(corpus);

    @ParameterizedTest
    @EnumSource(Split.class)
    void acceptsEveryGeneratedAnswer(Split split) {
        RandomGenerator random = new SplittableRandom(11);
        for (int i = 0; i < ANSWERS; i++) {
            Dialogue dialogue = writer.answer(questions.next(split, random), random);

            assertThat(judge.judge(dialogue.question(), dialogue.answer()))
                    .describedAs("%s", dialogue)
                    .isEqualTo(new WellFormed.Verdict(true, true, true));
        }
    }

    @Test
    void refusesEveryAnswerThatBrokeOff() {
        RandomGenerator random = new SplittableRandom(12);
        for (int i = 0; i < ANSWERS; i++) {
            String answer = writer.answer(questions.next(Split.TRAINING, random), random)
                    .answer();

            assertThat(judge.isWellFormed(answer.substring(0, answer.length() - 1)))
                    .isFalse();
        }
    }

    @Test
    void refusesEveryAnswerThatSaysSomethingTwice() {
        RandomGenerator random = new SplittableRandom(13);
        for (int i = 0; i < ANSWERS; i++) {
            String answer = writer.answer(questions.next(Split.TRAINING, random), random)
                    .answer();

            assertThat(judge.isWellFormed(answer + "\n" + answer)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A refund takes six working days.",
                "Order 4821 is on its way to you.",
                "Your order is on its way to you.",
                "Thanks for getting in touch, Anna. Order 4821 is on its way to you.",
                "1. Open the payments page.\n2. Find the refund for order 1234.",
                "Do it like this:\n1. Unplug the piano.\n2. Wipe it with a damp cloth.\nThanks for your patience.",
            })
    void acceptsWholeSentences(String answer) {
        assertThat(judge.isWellFormed(answer)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "A refund takes six working", // broken off
                "A refund takes days.", // a word is missing
                "a refund takes six working days.", // no capital
                "Order 48215 is on its way to you.", // five digits
                "Your lamp is on its way to you.", // the wrong kind of phrase
                "A refund takes six working days. A refund takes six working days.", // twice
                "1. Open the payments page.\n3. Find the refund for order 1234.", // 2 is missing
                "2. Open the payments page.\n3. Find the refund for order 1234.", // begins with 2
                "1. Open the payments page.", // a list of one
                "1. A refund takes six working days.\n2. Open the payments page.", // not a step
                "Open the payments page.", // a step without its number
                "A refund takes six working days.  Thanks for your patience.", // two blanks
            })
    void refusesBrokenText(String answer) {
        assertThat(judge.isWellFormed(answer)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    A refund takes six working days.                          | true  | true
                    Thanks for getting in touch, Anna.                        | false | false
                    Reviews appear on the page of the item after one day.     | false | false
                    You should open the payments page, then find the refund for order 4821, then compare the date with \
                    your bank statement. | true | true
                    You should open the payments page, then find the refund for order 4822, then compare the date with \
                    your bank statement. | true | false
                    You should open the payments page, then find the refund for your order, then compare the date with \
                    your bank statement. | true | true
                    Thanks for getting in touch, Ben. A refund takes six working days. | true | false
                    """)
    void knowsTopicAndSlotsOfAKnownQuestion(String answer, boolean rightTopic, boolean rightSlots) {
        Intent refund = corpus.intents().stream()
                .filter(intent -> intent.id().equals("refund"))
                .findFirst()
                .orElseThrow();
        Question question = new Question(
                refund,
                Map.of(Slot.NAME, "Anna", Slot.ORDER, "order 4821"),
                "Hi, this is Anna. Where is the refund for order 4821?",
                Split.TRAINING);

        assertThat(judge.judge(question, answer)).isEqualTo(new WellFormed.Verdict(true, rightTopic, rightSlots));
    }
}
