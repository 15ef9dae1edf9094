package dev.attune.quickstart.bench.soak;

import dev.attune.events.Evidence;
import dev.attune.events.Message;
import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceStatus;
import dev.attune.events.SealableText;
import dev.attune.events.VoteKind;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Pairs without an end: new ids, and texts of many lengths, so that no two batches have the same shape for long. */
final class SoakPairs {
    static final String MODEL = "soak";
    private static final String TENANT = "soak";
    private static final String[] WORDS = {
        "order", "late", "refund", "thanks", "please", "where", "my", "parcel", "is", "the", "a", "return", "invoice",
        "yes", "no"
    };
    private static final int MOST_WORDS = 20;

    private final Random random;
    private long count;

    SoakPairs(long seed) {
        this.random = new Random(seed);
    }

    PreferencePair next() {
        String id = String.format(Locale.ROOT, "pair-%08d", count++);
        Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
        return PreferencePair.newBuilder()
                .setEventId("event-of-" + id)
                .setTenant(TENANT)
                .setModelId(MODEL)
                .setPairId(id)
                .setPromptId("prompt-of-" + id)
                .setPrompt(List.of(
                        Message.newBuilder().setRole("user").setContent(text()).build()))
                .setChosen(text())
                .setRejected(text())
                .setChosenCompletionId(id + "-a")
                .setRejectedCompletionId(id + "-b")
                .setStrength(0.75)
                .setEvidence(List.of(Evidence.newBuilder()
                        .setEventId("vote-on-" + id)
                        .setUserId("someone")
                        .setKind(VoteKind.UP)
                        .setOccurredAt(now)
                        .build()))
                .setFirstEvidenceAt(now)
                .setLastEvidenceAt(now)
                .setServedAt(now)
                .setRevision(1)
                .setStatus(PreferenceStatus.ACTIVE)
                .build();
    }

    private SealableText text() {
        StringBuilder words = new StringBuilder();
        for (int left = 1 + random.nextInt(MOST_WORDS); left > 0; left--) {
            words.append(WORDS[random.nextInt(WORDS.length)]).append(left == 1 ? "." : " ");
        }
        return SealableText.newBuilder().setValue(words.toString()).build();
    }
}
