package dev.attune.quickstart.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.quickstart.pretrain.BytePairVocabulary.Merge;
import java.util.List;
import org.junit.jupiter.api.Test;

class BytePairTrainerTest {
    private static final int NO_MERGES = 4 + 256;

    private final BytePairTrainer trainer = new BytePairTrainer();

    @Test
    void mergesTheMostFrequentPairFirst() {
        // " low" four times, " lot" twice: "lo" occurs six times, then "Ġlo" six, then "Ġlow" four, then "Ġlot" two.
        trainer.add(" low low low low lot lot");

        BytePairVocabulary vocabulary = trainer.train(NO_MERGES + 4);

        assertThat(vocabulary.merges())
                .containsExactly(
                        new Merge("l", "o"), new Merge("Ġ", "lo"), new Merge("Ġlo", "w"), new Merge("Ġlo", "t"));
        assertThat(vocabulary.tokens()).hasSize(NO_MERGES + 4).endsWith("lo", "Ġlo", "Ġlow", "Ġlot");
    }

    @Test
    void specialTokensHaveTheFirstIds() {
        assertThat(trainer.train(NO_MERGES).tokens()).startsWith("<|pad|>", "<|user|>", "<|assistant|>", "<|end|>");
    }

    @Test
    void spellsBytesAsGpt2Does() {
        assertThat(ByteAlphabet.spell(" a\né")).containsExactly("Ġ", "a", "Ċ", "Ã", "©");
        assertThat(ByteAlphabet.sorted()).hasSize(256).doesNotHaveDuplicates();
    }

    @Test
    void neverMergesAcrossWordsOrWithinNumbers() {
        trainer.add("ab ab ab 4821 4821 4821");

        List<Merge> merges = trainer.train(NO_MERGES + 100).merges();

        assertThat(merges).containsExactly(new Merge("a", "b"), new Merge("Ġ", "ab"));
    }

    @Test
    void stopsWhereNothingRepeats() {
        trainer.add("abc");

        assertThat(trainer.train(NO_MERGES + 100).merges()).isEmpty();
    }

    @Test
    void mergesRunsOfOneLetterFromTheLeft() {
        // "aaa" twice: the pair (a, a) stands at two places of each, but only the first can merge.
        trainer.add("aaa");
        trainer.add("aaa");

        assertThat(trainer.train(NO_MERGES + 2).merges()).containsExactly(new Merge("a", "a"), new Merge("aa", "a"));
    }
}
