package dev.attune.ingest.pairing.state;

import dev.attune.events.state.PublishedPair;
import dev.attune.events.state.PublishedSingle;
import dev.attune.events.state.StoredEvidence;
import dev.attune.events.state.StoredOrigin;
import dev.attune.events.state.StoredVerdict;
import dev.attune.events.state.StoredVerdictKind;
import dev.attune.ingest.pairing.rules.AssembledPair;
import dev.attune.ingest.pairing.rules.AssembledPair.Evidence;
import dev.attune.ingest.pairing.rules.AssembledPair.Origin;
import dev.attune.ingest.pairing.rules.AssembledSingle;
import dev.attune.ingest.pairing.rules.Published;
import dev.attune.ingest.pairing.rules.Verdict;
import java.time.Instant;
import java.util.List;

/** A prompt's rows as they are stored. */
public final class PromptCodecs {
    private PromptCodecs() {}

    public static SingleObjectSerde<Published<AssembledPair>, PublishedPair> pairs() {
        return new SingleObjectSerde<>(PublishedPair.getClassSchema(), PromptCodecs::stored, PromptCodecs::read);
    }

    public static SingleObjectSerde<Published<AssembledSingle>, PublishedSingle> singles() {
        return new SingleObjectSerde<>(
                PublishedSingle.getClassSchema(),
                single -> new PublishedSingle(
                        single.content().completionId(),
                        single.content().modelVersion(),
                        single.content().desirable(),
                        single.content().strength(),
                        stored(single.content().evidence()),
                        single.revision(),
                        single.active()),
                state -> new Published<>(
                        new AssembledSingle(
                                state.getCompletionId(),
                                state.getModelVersion(),
                                state.getDesirable(),
                                state.getStrength(),
                                read(state.getEvidence())),
                        state.getRevision(),
                        state.getActive()));
    }

    private static PublishedPair stored(Published<AssembledPair> published) {
        AssembledPair pair = published.content();
        return PublishedPair.newBuilder()
                .setPairId(pair.pairId())
                .setChosenId(pair.chosenId())
                .setRejectedId(pair.rejectedId())
                .setChosenVersion(pair.chosenVersion())
                .setRejectedVersion(pair.rejectedVersion())
                .setStrength(pair.strength())
                .setSupporting(pair.supporting())
                .setOpposing(pair.opposing())
                .setOrigin(
                        switch (pair.origin()) {
                            case PICK -> StoredOrigin.PICK;
                            case EDIT -> StoredOrigin.EDIT;
                            case THUMBS_IN_TURN -> StoredOrigin.THUMBS_IN_TURN;
                            case THUMBS_ACROSS_TURNS -> StoredOrigin.THUMBS_ACROSS_TURNS;
                        })
                .setEvidence(pair.evidence().stream()
                        .map(evidence -> new StoredEvidence(evidence.completionId(), stored(evidence.verdict())))
                        .toList())
                .setRevision(published.revision())
                .setActive(published.active())
                .build();
    }

    private static Published<AssembledPair> read(PublishedPair state) {
        AssembledPair pair = new AssembledPair(
                state.getPairId(),
                state.getChosenId(),
                state.getRejectedId(),
                state.getChosenVersion(),
                state.getRejectedVersion(),
                state.getStrength(),
                state.getSupporting(),
                state.getOpposing(),
                switch (state.getOrigin()) {
                    case PICK -> Origin.PICK;
                    case EDIT -> Origin.EDIT;
                    case THUMBS_IN_TURN -> Origin.THUMBS_IN_TURN;
                    case THUMBS_ACROSS_TURNS -> Origin.THUMBS_ACROSS_TURNS;
                },
                state.getEvidence().stream()
                        .map(evidence -> new Evidence(evidence.getCompletionId(), read(evidence.getVerdict())))
                        .toList());
        return new Published<>(pair, state.getRevision(), state.getActive());
    }

    private static List<StoredVerdict> stored(List<Verdict> verdicts) {
        return verdicts.stream().map(PromptCodecs::stored).toList();
    }

    private static List<Verdict> read(List<StoredVerdict> verdicts) {
        return verdicts.stream().map(PromptCodecs::read).toList();
    }

    private static StoredVerdict stored(Verdict verdict) {
        return new StoredVerdict(
                verdict.eventId(),
                verdict.userId(),
                switch (verdict.kind()) {
                    case UP -> StoredVerdictKind.UP;
                    case DOWN -> StoredVerdictKind.DOWN;
                    case PREFERRED -> StoredVerdictKind.PREFERRED;
                    case DISPREFERRED -> StoredVerdictKind.DISPREFERRED;
                    case TIED -> StoredVerdictKind.TIED;
                    case BOTH_BAD -> StoredVerdictKind.BOTH_BAD;
                    case EDITED -> StoredVerdictKind.EDITED;
                    case REGENERATED -> StoredVerdictKind.REGENERATED;
                },
                verdict.otherCompletionId(),
                verdict.occurredAt().toEpochMilli(),
                verdict.receivedAt().toEpochMilli(),
                verdict.allowTraining());
    }

    private static Verdict read(StoredVerdict verdict) {
        return new Verdict(
                verdict.getEventId(),
                verdict.getUserId(),
                switch (verdict.getKind()) {
                    case UP -> Verdict.Kind.UP;
                    case DOWN -> Verdict.Kind.DOWN;
                    case PREFERRED -> Verdict.Kind.PREFERRED;
                    case DISPREFERRED -> Verdict.Kind.DISPREFERRED;
                    case TIED -> Verdict.Kind.TIED;
                    case BOTH_BAD -> Verdict.Kind.BOTH_BAD;
                    case EDITED -> Verdict.Kind.EDITED;
                    case REGENERATED -> Verdict.Kind.REGENERATED;
                },
                verdict.getOtherCompletionId(),
                Instant.ofEpochMilli(verdict.getOccurredAt()),
                Instant.ofEpochMilli(verdict.getReceivedAt()),
                verdict.getAllowTraining());
    }
}
