package dev.attune.quickstart.pretrain;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** Batches in random order, each of dialogues of similar length so that little is padding. Starts over at the end. */
final class BatchOrder {
    /** Batches that are sorted by length together: enough for similar lengths, few enough to stay random. */
    private static final int POOL = 16;

    private final List<EncodedDialogue> dialogues;
    private final int batchSize;
    private final Random random;
    private final List<List<EncodedDialogue>> left = new ArrayList<>();

    BatchOrder(List<EncodedDialogue> dialogues, int batchSize, long seed) {
        this.dialogues = new ArrayList<>(dialogues);
        this.batchSize = batchSize;
        this.random = new Random(seed);
    }

    List<EncodedDialogue> next() {
        if (left.isEmpty()) {
            shuffle();
        }
        return left.removeLast();
    }

    private void shuffle() {
        Collections.shuffle(dialogues, random);
        int pool = POOL * batchSize;
        for (int start = 0; start < dialogues.size(); start += pool) {
            List<EncodedDialogue> sorted =
                    new ArrayList<>(dialogues.subList(start, Math.min(start + pool, dialogues.size())));
            sorted.sort(Comparator.comparingInt(EncodedDialogue::length));
            for (int i = 0; i < sorted.size(); i += batchSize) {
                left.add(sorted.subList(i, Math.min(i + batchSize, sorted.size())));
            }
        }
        Collections.shuffle(left, random);
    }
}
