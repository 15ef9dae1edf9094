package dev.attune.trainer;

import dev.attune.events.Evidence;
import dev.attune.events.Message;
import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceStatus;
import dev.attune.events.SealableText;
import dev.attune.events.VoteKind;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** Preference pairs for tests. */
public final class Pairs {
    public static final String TENANT = "acme";
    public static final String MODEL = "support";
    /** The newest vote of every pair. */
    public static final Instant LAST_EVIDENCE = Instant.parse("2026-11-01T10:00:00Z");

    /** When the answers of every pair were served: in the past for any clock. */
    public static final Instant SERVED_AT = Instant.parse("2024-11-01T09:00:00Z");

    private Pairs() {}

    /** Revision 1 of a pair, whose completion {@code a} is chosen. */
    public static PreferencePair pair(String pairId) {
        return PreferencePair.newBuilder()
                .setEventId("event-of-" + pairId)
                .setTenant(TENANT)
                .setModelId(MODEL)
                .setPairId(pairId)
                .setPromptId("prompt-of-" + pairId)
                .setPrompt(List.of(Message.newBuilder()
                        .setRole("user")
                        .setContent(text("Where is " + pairId + "?"))
                        .build()))
                .setChosen(text("In " + pairId + "."))
                .setRejected(text("No idea!"))
                .setChosenCompletionId(pairId + "-a")
                .setRejectedCompletionId(pairId + "-b")
                .setStrength(0.75)
                .setEvidence(List.of(Evidence.newBuilder()
                        .setEventId("vote-on-" + pairId)
                        .setUserId("someone")
                        .setKind(VoteKind.UP)
                        .setOccurredAt(LAST_EVIDENCE)
                        .build()))
                .setFirstEvidenceAt(LAST_EVIDENCE.minusSeconds(60))
                .setLastEvidenceAt(LAST_EVIDENCE)
                .setServedAt(SERVED_AT)
                .setRevision(1)
                .setStatus(PreferenceStatus.ACTIVE)
                .build();
    }

    /** Pairs {@code p<from>} to {@code p<to - 1>}. */
    public static List<PreferencePair> range(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> pair("p" + i)).toList();
    }

    public static PreferencePair revision(PreferencePair pair, long revision) {
        return PreferencePair.newBuilder(pair).setRevision(revision).build();
    }

    public static PreferencePair retracted(PreferencePair pair, long revision) {
        return PreferencePair.newBuilder(pair)
                .setRevision(revision)
                .setStatus(PreferenceStatus.RETRACTED)
                .build();
    }

    /** The same two answers, the other one chosen. */
    public static PreferencePair flipped(PreferencePair pair, long revision) {
        return PreferencePair.newBuilder(pair)
                .setRevision(revision)
                .setChosen(pair.getRejected())
                .setRejected(pair.getChosen())
                .setChosenCompletionId(pair.getRejectedCompletionId())
                .setRejectedCompletionId(pair.getChosenCompletionId())
                .build();
    }

    public static SealableText text(String value) {
        return SealableText.newBuilder().setValue(value).build();
    }
}
