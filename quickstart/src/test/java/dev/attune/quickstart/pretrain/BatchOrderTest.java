package dev.attune.quickstart.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.trainer.model.TokenSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchOrderTest {
    @Test
    void givesEveryDialogueOnceBeforeItStartsOver() {
        List<EncodedDialogue> dialogues = dialogues(101);
        BatchOrder order = new BatchOrder(dialogues, 8, 1);

        // 101 dialogues are 12 batches of 8 and one of 5.
        List<EncodedDialogue> firstRound = take(order, 13);
        List<EncodedDialogue> secondRound = take(order, 13);

        assertThat(firstRound).containsExactlyInAnyOrderElementsOf(dialogues);
        assertThat(secondRound).containsExactlyInAnyOrderElementsOf(dialogues).isNotEqualTo(firstRound);
    }

    @Test
    void theSameSeedGivesTheSameOrder() {
        List<EncodedDialogue> dialogues = dialogues(64);

        assertThat(take(new BatchOrder(dialogues, 8, 5), 8)).isEqualTo(take(new BatchOrder(dialogues, 8, 5), 8));
    }

    @Test
    void putsSimilarLengthsTogether() {
        // One pool: sorted by length, so each batch of 8 of the lengths 2..65 spans 7.
        BatchOrder order = new BatchOrder(dialogues(64), 8, 3);

        for (int i = 0; i < 8; i++) {
            List<Integer> lengths =
                    order.next().stream().map(EncodedDialogue::length).sorted().toList();
            assertThat(lengths.getLast() - lengths.getFirst()).isEqualTo(7);
        }
    }

    /** Dialogues of 2, 3, 4 … tokens. */
    private static List<EncodedDialogue> dialogues(int count) {
        return IntStream.range(2, count + 2)
                .mapToObj(length -> new EncodedDialogue(new TokenSequence(new int[length], 1), 1))
                .toList();
    }

    private static List<EncodedDialogue> take(BatchOrder order, int batches) {
        List<EncodedDialogue> taken = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            taken.addAll(order.next());
        }
        return taken;
    }
}
