package dev.attune.trainer;

import dev.attune.events.Evidence;
import dev.attune.events.Message;
import dev.attune.events.PreferenceSingle;
import dev.attune.events.PreferenceStatus;
import dev.attune.events.VoteKind;
import java.util.List;
import java.util.stream.IntStream;

/** Judged answers without a partner, for tests. */
public final class Singles {
    private Singles() {}

    /** Revision 1 of an answer, which is liked. */
    public static PreferenceSingle liked(String completionId) {
        return PreferenceSingle.newBuilder()
                .setEventId("event-of-" + completionId)
                .setTenant(Pairs.TENANT)
                .setModelId(Pairs.MODEL)
                .setOccurredAt(Pairs.LAST_EVIDENCE)
                .setCompletionId(completionId)
                .setPromptId("prompt-of-" + completionId)
                .setPrompt(List.of(Message.newBuilder()
                        .setRole("user")
                        .setContent(Pairs.text("Where is " + completionId + "?"))
                        .build()))
                .setText(Pairs.text("In " + completionId + "."))
                .setDesirable(true)
                .setStrength(0.75)
                .setEvidence(List.of(Evidence.newBuilder()
                        .setEventId("vote-on-" + completionId)
                        .setUserId("someone")
                        .setKind(VoteKind.UP)
                        .setOccurredAt(Pairs.LAST_EVIDENCE)
                        .build()))
                .setServedAt(Pairs.SERVED_AT)
                .setRevision(1)
                .setStatus(PreferenceStatus.ACTIVE)
                .build();
    }

    /** The same answer, which is now not liked if it was, and the reverse. */
    public static PreferenceSingle flipped(PreferenceSingle single, long revision) {
        return PreferenceSingle.newBuilder(single)
                .setRevision(revision)
                .setDesirable(!single.getDesirable())
                .build();
    }

    public static PreferenceSingle revision(PreferenceSingle single, long revision) {
        return PreferenceSingle.newBuilder(single).setRevision(revision).build();
    }

    public static PreferenceSingle retracted(PreferenceSingle single, long revision) {
        return PreferenceSingle.newBuilder(single)
                .setRevision(revision)
                .setStatus(PreferenceStatus.RETRACTED)
                .build();
    }

    /** Answers {@code c<from>} to {@code c<to - 1>}; each third is not liked. */
    public static List<PreferenceSingle> range(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> i % 3 == 2 ? flipped(liked("c" + i), 1) : liked("c" + i))
                .toList();
    }
}
