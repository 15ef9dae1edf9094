package dev.attune.ingest.pairing.state;

import dev.attune.events.state.KnownCompletion;
import dev.attune.events.state.RetractedEvent;
import dev.attune.events.state.SeenEvent;
import dev.attune.events.state.StoredVote;
import dev.attune.events.state.StoredVoteKind;
import dev.attune.events.state.TurnState;
import dev.attune.ingest.pairing.rules.Judgement.Comparison;
import dev.attune.ingest.pairing.rules.Judgement.Edit;
import dev.attune.ingest.pairing.rules.Judgement.Opinion;
import dev.attune.ingest.pairing.rules.Judgement.Regeneration;
import dev.attune.ingest.pairing.rules.Judgement.Thumb;
import dev.attune.ingest.pairing.rules.ServedAnswer;
import dev.attune.ingest.pairing.rules.Source;
import dev.attune.ingest.pairing.rules.TurnMemory;
import dev.attune.ingest.pairing.rules.Vote;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** A turn's memory as it is stored. */
public final class TurnCodec {
    private TurnCodec() {}

    public static SingleObjectSerde<TurnMemory, TurnState> serde() {
        return new SingleObjectSerde<>(TurnState.getClassSchema(), TurnCodec::toAvro, TurnCodec::fromAvro);
    }

    // No builders here: every turn that changes comes by once a commit, and a builder checks every field.
    private static TurnState toAvro(TurnMemory memory) {
        return new TurnState(
                each(memory.votes(), TurnCodec::toAvro),
                each(memory.seen(), event -> new SeenEvent(event.eventId(), event.bodyDigest())),
                each(memory.retracted(), event -> new RetractedEvent(event.userId(), event.eventId())),
                each(memory.completions(), TurnCodec::toAvro),
                memory.lastReceivedAt().toEpochMilli());
    }

    private static TurnMemory fromAvro(TurnState state) {
        return new TurnMemory(
                state.getVotes().stream().map(TurnCodec::fromAvro).toList(),
                state.getSeen().stream()
                        .map(event -> new TurnMemory.SeenEvent(event.getEventId(), event.getBodyDigest()))
                        .toList(),
                state.getRetracted().stream()
                        .map(event -> new TurnMemory.RetractedEvent(event.getUserId(), event.getEventId()))
                        .toList(),
                state.getCompletions().stream().map(TurnCodec::fromAvro).toList(),
                Instant.ofEpochMilli(state.getLastReceivedAt()));
    }

    private static KnownCompletion toAvro(TurnMemory.KnownCompletion known) {
        ServedAnswer answer = known.answer();
        return new KnownCompletion(
                answer.completionId(),
                answer.bodyDigest(),
                answer.modelVersion(),
                known.revision(),
                answer.promptId(),
                answer.modelId(),
                answer.textDigest(),
                answer.textLength(),
                answer.occurredAt().toEpochMilli(),
                answer.receivedAt().toEpochMilli());
    }

    private static TurnMemory.KnownCompletion fromAvro(KnownCompletion known) {
        ServedAnswer answer = new ServedAnswer(
                known.getCompletionId(),
                known.getBodyDigest(),
                known.getModelVersion(),
                known.getModelId(),
                known.getPromptId(),
                known.getTextDigest(),
                known.getTextLength(),
                Instant.ofEpochMilli(known.getOccurredAt()),
                Instant.ofEpochMilli(known.getReceivedAt()));
        return new TurnMemory.KnownCompletion(answer, known.getRevision());
    }

    private static StoredVote toAvro(Vote vote) {
        List<String> ids = vote.opinion().completionIds();
        return new StoredVote(
                vote.eventId(),
                vote.userId(),
                kind(vote.opinion()),
                ids.getFirst(),
                ids.size() > 1 ? ids.get(1) : null,
                vote.opinion() instanceof Edit edit ? edit.textDigest() : null,
                vote.occurredAt().toEpochMilli(),
                vote.receivedAt().toEpochMilli(),
                vote.allowTraining(),
                vote.source().partition(),
                vote.source().offset(),
                vote.reportedMissing());
    }

    private static Vote fromAvro(StoredVote vote) {
        return new Vote(
                vote.getEventId(),
                vote.getUserId(),
                Instant.ofEpochMilli(vote.getOccurredAt()),
                Instant.ofEpochMilli(vote.getReceivedAt()),
                vote.getAllowTraining(),
                opinion(vote),
                new Source(vote.getSourcePartition(), vote.getSourceOffset()),
                vote.getReportedMissing());
    }

    private static StoredVoteKind kind(Opinion opinion) {
        return switch (opinion) {
            case Thumb thumb ->
                switch (thumb.direction()) {
                    case UP -> StoredVoteKind.UP;
                    case DOWN -> StoredVoteKind.DOWN;
                    case CLEARED -> StoredVoteKind.CLEARED;
                };
            case Comparison comparison ->
                switch (comparison.outcome()) {
                    case FIRST -> StoredVoteKind.FIRST;
                    case SECOND -> StoredVoteKind.SECOND;
                    case TIE -> StoredVoteKind.TIE;
                    case BOTH_BAD -> StoredVoteKind.BOTH_BAD;
                };
            case Edit edit -> StoredVoteKind.EDIT;
            case Regeneration regeneration -> StoredVoteKind.REGENERATION;
        };
    }

    private static Opinion opinion(StoredVote vote) {
        return switch (vote.getKind()) {
            case UP -> new Thumb(vote.getCompletionId(), Thumb.Direction.UP);
            case DOWN -> new Thumb(vote.getCompletionId(), Thumb.Direction.DOWN);
            case CLEARED -> new Thumb(vote.getCompletionId(), Thumb.Direction.CLEARED);
            case FIRST -> comparison(vote, Comparison.Outcome.FIRST);
            case SECOND -> comparison(vote, Comparison.Outcome.SECOND);
            case TIE -> comparison(vote, Comparison.Outcome.TIE);
            case BOTH_BAD -> comparison(vote, Comparison.Outcome.BOTH_BAD);
            case EDIT ->
                new Edit(vote.getCompletionId(), Objects.requireNonNull(vote.getTextDigest(), "an edit has a text"));
            case REGENERATION -> new Regeneration(vote.getCompletionId());
        };
    }

    private static Comparison comparison(StoredVote vote, Comparison.Outcome outcome) {
        String other = Objects.requireNonNull(vote.getOtherCompletionId(), "a comparison has two sides");
        return new Comparison(vote.getCompletionId(), other, outcome);
    }

    private static <A, B> List<B> each(Collection<A> all, Function<A, B> stored) {
        List<B> result = new ArrayList<>(all.size());
        for (A one : all) {
            result.add(stored.apply(one));
        }
        return result;
    }
}
