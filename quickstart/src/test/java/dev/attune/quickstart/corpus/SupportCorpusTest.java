package dev.attune.quickstart.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SupportCorpusTest {
    private final SupportCorpus corpus = SupportCorpus.load();

    @Test
    void hasFortyFourIntentsWithEnoughParaphrases() {
        assertThat(corpus.intents()).hasSize(44).extracting(Intent::id).doesNotHaveDuplicates();
        assertThat(corpus.intents()).allSatisfy(intent -> {
            assertThat(intent.questions()).hasSizeGreaterThanOrEqualTo(9);
            assertThat(intent.heldOut()).hasSize(2);
        });
    }

    @Test
    void asksNothingTwiceAndHoldsOutOnlyUnseenWordings() {
        Stream<String> questions = corpus.intents().stream()
                .flatMap(intent -> Stream.concat(intent.questions().stream(), intent.heldOut().stream()));

        assertThat(questions).doesNotHaveDuplicates();
    }

    @Test
    void heldOutPhrasesOccurInNoTrainingList() {
        for (SlotValues values : corpus.slots().values()) {
            if (values.heldOut() != null) {
                assertThat(values.heldOut()).doesNotContainAnyElementsOf(values.values());
            }
        }
    }

    @Test
    void writesNoSlotPhraseLiterally() {
        // A literal "watch" or "March" in a sentence would be taken for a slot's phrase by the judges.
        assertThat(allSentences())
                .allSatisfy(sentence -> assertThat(corpus.slots().values())
                        .noneSatisfy(values -> assertThat(sentence).containsPattern(values.pattern())));
    }

    @Test
    void answersNeverSayAProductWithAnIndefiniteArticle() {
        // Its generic phrase begins with a vowel: "a item" would be wrong.
        assertThat(allSentences()).noneMatch(sentence -> sentence.matches(".*\\b[Aa]n? \\{product}.*"));
    }

    @Test
    void onlyTheRightPhrasesArePoliteOrRambling() {
        HiddenPreference preference = new HiddenPreference(corpus);
        Set<String> rambling = new HashSet<>(corpus.phrases().rambling().toList());

        assertThat(allSentences())
                .allSatisfy(
                        sentence -> assertThat(preference.score(sentence) < 0).isEqualTo(rambling.contains(sentence)));
        assertThat(intentSentences())
                .allSatisfy(sentence -> assertThat(preference.score(sentence)).isZero());
    }

    @Test
    void everySentenceEndsOnceSoThatJudgesCanSplit() {
        assertThat(allSentences())
                .allSatisfy(sentence -> assertThat(Sentences.of(sentence)).hasSize(1))
                .allMatch(sentence -> sentence.matches(".*[.:?!]"));
    }

    private List<String> allSentences() {
        return Stream.concat(corpus.phrases().all(), intentSentences().stream()).toList();
    }

    private List<String> intentSentences() {
        return corpus.intents().stream()
                .flatMap(intent -> Stream.concat(corpus.plainSentences(intent), corpus.stepSentences(intent)))
                .toList();
    }
}
