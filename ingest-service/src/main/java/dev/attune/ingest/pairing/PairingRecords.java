package dev.attune.ingest.pairing;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.attune.events.CompletionServed;
import dev.attune.events.Evidence;
import dev.attune.events.PairOrigin;
import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceSingle;
import dev.attune.events.PreferenceStatus;
import dev.attune.events.VoteKind;
import dev.attune.ingest.pairing.rules.AssembledPair;
import dev.attune.ingest.pairing.rules.AssembledSingle;
import dev.attune.ingest.pairing.rules.PairRevision;
import dev.attune.ingest.pairing.rules.Published;
import dev.attune.ingest.pairing.rules.StableHash;
import dev.attune.ingest.pairing.rules.Verdict;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * From decisions to the records of the topics. Event ids follow from content and revision, so that work done again after
 * a crash writes the same records again.
 */
final class PairingRecords {
    private PairingRecords() {}

    /** A user's text once it is known which prompt it is an answer to. The messages are with the original. */
    static CompletionServed edited(CompletionServed edit, String promptId) {
        return CompletionServed.newBuilder(edit).setPromptId(promptId).build();
    }

    /** The prompt is that of either side: a user's own text comes without. */
    static PreferencePair pair(Published<AssembledPair> published, CompletionServed chosen, CompletionServed rejected) {
        AssembledPair pair = published.content();
        List<Verdict> verdicts =
                pair.evidence().stream().map(AssembledPair.Evidence::verdict).toList();
        List<Instant> times =
                verdicts.stream().map(Verdict::occurredAt).sorted().toList();
        Instant newest = times.isEmpty() ? Instant.EPOCH : times.getLast();
        return PreferencePair.newBuilder()
                .setEventId(eventId("pair", chosen.getTenant(), pair.pairId(), "", published.revision()))
                .setTenant(chosen.getTenant())
                .setModelId(chosen.getModelId())
                .setOccurredAt(newest)
                .setReceivedAt(newest(verdicts, Verdict::receivedAt))
                .setPairId(pair.pairId())
                .setPromptId(chosen.getPromptId())
                .setPrompt(chosen.getMessages().isEmpty() ? rejected.getMessages() : chosen.getMessages())
                .setChosen(chosen.getText())
                .setRejected(rejected.getText())
                .setChosenCompletionId(pair.chosenId())
                .setRejectedCompletionId(pair.rejectedId())
                .setChosenModelVersion(pair.chosenVersion())
                .setRejectedModelVersion(pair.rejectedVersion())
                .setStrength(pair.strength())
                .setSupporting(pair.supporting())
                .setOpposing(pair.opposing())
                .setOrigin(origin(pair.origin()))
                .setEvidence(pair.evidence().stream()
                        .map(evidence -> evidence(evidence.completionId(), evidence.verdict()))
                        .toList())
                .setFirstEvidenceAt(times.isEmpty() ? Instant.EPOCH : times.getFirst())
                .setLastEvidenceAt(newest)
                .setServedAt(servedAt(chosen, rejected))
                .setRevision(published.revision())
                .setStatus(status(published))
                .build();
    }

    /** An edit may be given again, and is younger then: it comes without messages, and the other one says how old the pair is. */
    private static Instant servedAt(CompletionServed chosen, CompletionServed rejected) {
        return Stream.of(chosen, rejected)
                .filter(served -> !served.getMessages().isEmpty())
                .map(CompletionServed::getReceivedAt)
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }

    /** What the budgets go by. */
    static PairRevision revision(String pairKey, PreferencePair pair) {
        Map<String, Instant> newestByUser = new HashMap<>();
        for (Evidence evidence : pair.getEvidence()) {
            newestByUser.merge(
                    evidence.getUserId(), evidence.getReceivedAt(), (one, other) -> one.isAfter(other) ? one : other);
        }
        return new PairRevision(
                pair.getTenant(),
                pairKey,
                pair.getRevision(),
                // A status of a newer release is not active either.
                pair.getStatus() == PreferenceStatus.ACTIVE,
                origin(pair.getOrigin()),
                newestByUser);
    }

    /** The pair as the budgets send it: their own revision, and whether it is out. */
    static PreferencePair revised(PreferencePair pair, Published<String> published) {
        return PreferencePair.newBuilder(pair)
                .setEventId(eventId("pair", pair.getTenant(), pair.getPairId(), "", published.revision()))
                .setRevision(published.revision())
                .setStatus(status(published))
                .build();
    }

    static PreferenceSingle single(Published<AssembledSingle> published, CompletionServed served) {
        AssembledSingle single = published.content();
        return PreferenceSingle.newBuilder()
                .setEventId(eventId(
                        "single", served.getTenant(), served.getTurnId(), single.completionId(), published.revision()))
                .setTenant(served.getTenant())
                .setModelId(served.getModelId())
                .setOccurredAt(newest(single.evidence(), Verdict::occurredAt))
                .setReceivedAt(newest(single.evidence(), Verdict::receivedAt))
                .setCompletionId(single.completionId())
                .setPromptId(served.getPromptId())
                .setPrompt(served.getMessages())
                .setText(served.getText())
                .setModelVersion(single.modelVersion())
                .setDesirable(single.desirable())
                .setStrength(single.strength())
                .setServedAt(served.getReceivedAt())
                .setEvidence(single.evidence().stream()
                        .map(verdict -> evidence(single.completionId(), verdict))
                        .toList())
                .setRevision(published.revision())
                .setStatus(status(published))
                .build();
    }

    static PreferenceStatus status(Published<?> published) {
        return published.active() ? PreferenceStatus.ACTIVE : PreferenceStatus.RETRACTED;
    }

    private static Evidence evidence(String completionId, Verdict verdict) {
        return Evidence.newBuilder()
                .setEventId(verdict.eventId())
                .setUserId(verdict.userId())
                .setKind(kind(verdict.kind()))
                .setCompletionId(completionId)
                .setOccurredAt(verdict.occurredAt())
                .setReceivedAt(verdict.receivedAt())
                .build();
    }

    static VoteKind kind(Verdict.Kind kind) {
        return switch (kind) {
            case UP -> VoteKind.UP;
            case DOWN -> VoteKind.DOWN;
            case PREFERRED -> VoteKind.PREFERRED;
            case DISPREFERRED -> VoteKind.DISPREFERRED;
            case TIED -> VoteKind.TIED;
            case BOTH_BAD -> VoteKind.BOTH_BAD;
            case EDITED -> VoteKind.EDITED;
            case REGENERATED -> VoteKind.REGENERATED;
        };
    }

    /** Null for a kind that a newer release wrote: such a vote is not counted. */
    static Verdict.@Nullable Kind kind(VoteKind kind) {
        return switch (kind) {
            case UP -> Verdict.Kind.UP;
            case DOWN -> Verdict.Kind.DOWN;
            case PREFERRED -> Verdict.Kind.PREFERRED;
            case DISPREFERRED -> Verdict.Kind.DISPREFERRED;
            case TIED -> Verdict.Kind.TIED;
            case BOTH_BAD -> Verdict.Kind.BOTH_BAD;
            case EDITED -> Verdict.Kind.EDITED;
            case REGENERATED -> Verdict.Kind.REGENERATED;
            case UNKNOWN -> null;
        };
    }

    private static PairOrigin origin(AssembledPair.Origin origin) {
        return switch (origin) {
            case PICK -> PairOrigin.PICK;
            case EDIT -> PairOrigin.EDIT;
            case THUMBS_IN_TURN -> PairOrigin.THUMBS_IN_TURN;
            case THUMBS_ACROSS_TURNS -> PairOrigin.THUMBS_ACROSS_TURNS;
        };
    }

    private static AssembledPair.Origin origin(PairOrigin origin) {
        return switch (origin) {
            case PICK -> AssembledPair.Origin.PICK;
            case EDIT -> AssembledPair.Origin.EDIT;
            case THUMBS_IN_TURN -> AssembledPair.Origin.THUMBS_IN_TURN;
            // One that a newer release knows is kept last.
            case THUMBS_ACROSS_TURNS, UNKNOWN -> AssembledPair.Origin.THUMBS_ACROSS_TURNS;
        };
    }

    private static Instant newest(List<Verdict> verdicts, Function<Verdict, Instant> time) {
        return verdicts.stream().map(time).max(Comparator.naturalOrder()).orElse(Instant.EPOCH);
    }

    private static String eventId(String kind, String tenant, String outer, String inner, long revision) {
        String name = StableHash.id(kind, tenant, outer, inner, Long.toString(revision));
        return UuidCreator.getNameBasedSha1(name).toString();
    }
}
