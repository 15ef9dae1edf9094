package dev.attune.trainer.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.attune.trainer.learner.ReferenceRefresh.Mode;
import dev.attune.trainer.learner.ReferenceRefresh.When;
import dev.attune.trainer.loss.KtoLoss;
import dev.attune.trainer.loss.LossFunction;
import dev.attune.trainer.loss.PairObjective;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.LoraAdapter;
import dev.attune.trainer.model.LoraShape;
import dev.attune.trainer.model.TokenSequence;
import dev.attune.trainer.optim.AdamWConfig;
import dev.attune.trainer.testing.SmallLlama;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What KTO shares with the losses of pairs, and what it has of its own; its loss and gradient are in ReferenceTest. */
class KtoLearnerTest {
    private static final KtoLoss LOSS = new KtoLoss(0.1, 1, 1);
    private static final AdamWConfig OPTIMIZER = AdamWConfig.DEFAULTS.withLearningRate(1e-2);

    private CausalLm model;
    private LoraAdapter policy;

    @BeforeEach
    void makeModel() {
        model = CausalLm.random(SmallLlama.TINY, 1);
        policy = LoraAdapter.create(SmallLlama.TINY, "base", new LoraShape(2, 4), 3);
    }

    @AfterEach
    void closeModel() {
        policy.close();
        model.close();
    }

    @Test
    void itLearnsWhichAnswersAreLiked() {
        List<TrainingSingle> answers = answers(8, 1);
        try (KtoLearner learner = learner(ReferenceRefresh.NEVER)) {
            SinglesMetrics first = learner.train(answers);
            for (int i = 0; i < 30; i++) {
                learner.train(answers);
            }
            SinglesMetrics last = learner.evaluate(answers);

            // Policy and reference are the same at first: each answer's loss is half its weight.
            assertThat(first.loss()).isCloseTo(0.5, within(1e-9));
            assertThat(first.kl()).isZero();
            assertThat(last.loss()).isLessThan(0.495);
            assertThat(last.rewardsAccuracies()).isEqualTo(1);
            assertThat(last.rewardsMargins()).isPositive();
            assertThat(learner.step()).isEqualTo(31);
        }
    }

    @Test
    void withoutAnotherPromptTheDivergenceIsZeroAndTheStepIsTakenAllTheSame() {
        TrainingSingle alone = answers(1, 1).getFirst();
        TrainingSingle sibling = new TrainingSingle("sibling", alone.promptTokens(), new int[] {5, 6}, false, 1);
        try (KtoLearner learner = learner(ReferenceRefresh.NEVER)) {
            learner.train(answers(8, 2));

            SinglesMetrics ofOne = learner.train(List.of(alone));
            SinglesMetrics ofOnePrompt = learner.train(List.of(alone, sibling));

            assertThat(ofOne.divergence()).isZero();
            assertThat(ofOne.gradNorm()).isPositive();
            assertThat(ofOne.named()).containsEntry("count/rejected", 0.0).doesNotContainKeys("rewards/rejected");
            assertThat(ofOne.comparisons()).isZero();
            assertThat(ofOnePrompt.divergence()).isZero();
            assertThat(learner.step()).isEqualTo(3);
        }
    }

    @Test
    void aHardRefreshAfterEveryStepMakesEveryStepAFirstOneAndTheAnchorStays() {
        List<TrainingSingle> answers = answers(4, 1);
        try (KtoLearner learner = learner(ReferenceRefresh.of(When.STEPS, 1, Mode.HARD, 0.5))) {
            for (int step = 1; step <= 3; step++) {
                SinglesMetrics metrics = learner.train(answers);
                assertThat(metrics.loss()).isCloseTo(0.5, within(1e-9));
                assertThat(metrics.divergence()).isZero();
                assertThat(metrics.kl() > 0).isEqualTo(step > 1);
            }
            assertThat(learner.evaluateAgainstAnchor(answers).rewardsMargins()).isPositive();
        }
    }

    @Test
    void replayedAnswersAreInTheGradientAndNotInTheFigures() {
        List<TrainingSingle> fresh = answers(4, 1);
        List<TrainingSingle> replayed = answers(3, 9);
        List<TrainingSingle> all =
                Stream.of(fresh, replayed).flatMap(List::stream).toList();
        try (KtoLearner learner = learner(ReferenceRefresh.NEVER)) {
            learner.train(answers(8, 2));
            SinglesMetrics together = learner.train(all, any -> false);

            SinglesMetrics apart = learner.train(fresh, replayed, any -> false);

            SinglesMetrics again = apart.replayed();
            assertThat(again).isNotNull();
            assertThat(apart.gradNorm()).isCloseTo(together.gradNorm(), within(1e-6));
            assertThat(apart.divergence()).isCloseTo(together.divergence(), within(1e-9));
            assertThat((4 * apart.loss() + 3 * again.loss()) / 7).isCloseTo(together.loss(), within(1e-6));
            assertThat(apart.examples()).isEqualTo(4);
            assertThat(apart.named()).containsEntry("replay/answers", 3.0).containsKey("replay/loss");
            assertThat(apart.fresh().named()).doesNotContainKey("replay/loss");
        }
    }

    @Test
    void whatGuardsLookAtIsThatOfTheSameAnswersInPairs() {
        List<TrainingPair> pairs = SmallLlama.pairs(SmallLlama.TINY, 4, 1);
        List<TrainingSingle> answers = Stream.concat(
                        pairs.stream().map(pair -> single(pair.promptTokens(), pair.chosenTokens(), true)),
                        pairs.stream().map(pair -> single(pair.promptTokens(), pair.rejectedTokens(), false)))
                .toList();
        LearnerConfig config = new LearnerConfig(PairObjective.of(new LossFunction.Sigmoid(0.1, 0)), OPTIMIZER);
        try (KtoLearner singles = learner(ReferenceRefresh.NEVER);
                DpoLearner dpo = new DpoLearner(config, model, policy, null)) {
            singles.train(answers(8, 2));

            SinglesMetrics ofAnswers = singles.evaluate(answers);
            StepMetrics ofPairs = dpo.evaluate(pairs);

            assertThat(ofAnswers.kl()).isPositive().isCloseTo(ofPairs.kl(), within(1e-6));
            assertThat(ofAnswers.chosenLogRatio()).isCloseTo(ofPairs.chosenLogRatio(), within(1e-6));
            assertThat(ofAnswers.rewardsMargins()).isCloseTo(ofPairs.rewardsMargins(), within(1e-6));
            assertThatThrownBy(() -> singles.evaluate(pairs)).isInstanceOf(ClassCastException.class);
        }
    }

    @Test
    void eachAnswerIsMeasuredAfterTheNextPromptThatIsAnotherOne() {
        int[] a = {1};
        int[] b = {2};
        List<TrainingSingle> answers =
                List.of(single(a, new int[] {7}, true), single(a, new int[] {8}, true), single(b, new int[] {9}, true));

        assertThat(Mismatched.of(answers, 10))
                .extracting(KtoLearnerTest::text)
                .containsExactly("[2, 7] from 1", "[2, 8] from 1", "[1, 9] from 1");
        assertThat(Mismatched.of(answers.subList(0, 2), 10)).isEmpty();
        // A prompt that is too long beside the answer keeps its end.
        List<TrainingSingle> longPrompt =
                List.of(single(a, new int[] {7, 8}, true), single(new int[] {3, 4, 5}, b, true));
        assertThat(Mismatched.of(longPrompt, 4))
                .extracting(KtoLearnerTest::text)
                .containsExactly("[4, 5, 7, 8] from 2", "[1, 2] from 1");
    }

    private static TrainingSingle single(int[] prompt, int[] answer, boolean liked) {
        return new TrainingSingle("answer", prompt, answer, liked, 1);
    }

    /** Every second one is not liked; the first is. */
    private static List<TrainingSingle> answers(int count, long seed) {
        List<TrainingPair> pairs = SmallLlama.pairs(SmallLlama.TINY, count, seed);
        return IntStream.range(0, count)
                .mapToObj(i -> single(pairs.get(i).promptTokens(), pairs.get(i).chosenTokens(), i % 2 == 0))
                .toList();
    }

    private KtoLearner learner(ReferenceRefresh refresh) {
        return new KtoLearner(LOSS, OPTIMIZER, PassLimits.DEFAULTS, refresh, model, policy, null);
    }

    private static String text(TokenSequence sequence) {
        return Arrays.toString(sequence.tokens()) + " from " + sequence.scoredFrom();
    }
}
