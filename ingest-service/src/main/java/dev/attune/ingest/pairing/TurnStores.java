package dev.attune.ingest.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.ingest.pairing.rules.Judgement.Edit;
import dev.attune.ingest.pairing.rules.ServedAnswer;
import dev.attune.ingest.pairing.rules.Turn;
import dev.attune.ingest.pairing.rules.TurnLimits;
import dev.attune.ingest.pairing.rules.TurnMemory;
import dev.attune.ingest.pairing.rules.TurnMemory.KnownCompletion;
import dev.attune.ingest.pairing.rules.TurnOutcome;
import dev.attune.ingest.pairing.rules.Vote;
import dev.attune.ingest.pairing.state.DueIndex;
import dev.attune.ingest.pairing.state.WriteBehindStore;
import dev.attune.schemas.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The turn stage's stores: one small row a turn with its votes, one row a text that a user wrote in the place of a
 * completion's, and what is to be looked at when. The completions' own texts are not here: they go on at once.
 */
final class TurnStores {
    private static final int EXPIRY_QUEUE = 0;
    /** Turns looked at in one go, so that a flood of expiries does not starve the input. */
    private static final int TURNS_A_LOOK = 1_000;

    private final TurnLimits limits;
    private final KeyValueStore<String, TurnMemory> turns;
    private final KeyValueStore<String, CompletionServed> edits;
    private final DueIndex expiry;
    private final TurnSweep sweep;
    private final IntConsumer waitingTurns;
    private int waiting;

    /**
     * @param waitingTurns is told how many turns have feedback that waits
     * @param beforeCommit may call {@link #send}
     */
    TurnStores(ProcessorContext<?, ?> context, TurnLimits limits, IntConsumer waitingTurns, Runnable beforeCommit) {
        this.limits = limits;
        WriteBehindStore<TurnMemory> turnStore = WriteBehindStore.of(context, Nodes.TURNS_STORE);
        turnStore.beforeWriting(beforeCommit);
        this.turns = turnStore;
        this.edits = context.getStateStore(Nodes.TURN_EDITS_STORE);
        this.expiry = new DueIndex(WriteBehindStore.of(context, Nodes.TURN_DUE_STORE), EXPIRY_QUEUE);
        this.sweep = new TurnSweep(turns, limits);
        this.waitingTurns = waitingTurns;
        addWaiting(expiry.size());
    }

    /** Applies one event to its turn, and keeps the result unless it was refused or nothing new. */
    TurnOutcome apply(String turnKey, Function<Turn, TurnOutcome> event) {
        TurnMemory known = turns.get(turnKey);
        Turn turn = new Turn(limits, known == null ? new TurnMemory() : known);
        Optional<Instant> expiryBefore = known == null ? Optional.empty() : turn.scheduledExpiry();
        TurnOutcome outcome = event.apply(turn);
        if (outcome instanceof TurnOutcome.Changed) {
            reschedule(turnKey, expiryBefore, turn.nextExpiry());
            turns.put(turnKey, turn.memory());
        }
        return outcome;
    }

    /** Sends what has become of a turn, which raises revisions in it. */
    void send(String turnKey, Consumer<Turn> sending) {
        TurnMemory memory = Objects.requireNonNull(turns.get(turnKey), "a turn that changed is stored");
        sending.accept(new Turn(limits, memory));
        turns.put(turnKey, memory);
    }

    /** Keeps a user's own text: what it is an answer to may come later. */
    void putEdit(String turnKey, FeedbackGiven edit) {
        String editedId = Edit.editedId(Objects.requireNonNull(edit.getCompletionId()), edit.getUserId());
        edits.put(
                RecordKeys.row(turnKey, editedId),
                CompletionServed.newBuilder()
                        .setEventId(edit.getEventId())
                        .setTenant(edit.getTenant())
                        .setModelId(edit.getModelId())
                        .setOccurredAt(edit.getOccurredAt())
                        .setReceivedAt(edit.getReceivedAt())
                        .setTurnId(edit.getTurnId())
                        .setCompletionId(editedId)
                        .setPromptId("")
                        .setText(Objects.requireNonNull(edit.getEditedText()))
                        .build());
    }

    CompletionServed edit(String turnKey, String editedId) {
        CompletionServed edit = edits.get(RecordKeys.row(turnKey, editedId));
        if (edit == null) {
            throw new IllegalStateException("store " + Nodes.TURN_EDITS_STORE
                    + " lacks a text that its turn knows: the state is damaged, reset the application");
        }
        return edit;
    }

    /** Finds the votes whose completions should have been here by {@code now}. */
    void expire(Instant now, BiConsumer<String, Vote> expired) {
        for (String turnKey : expiry.takeDue(now, TURNS_A_LOOK)) {
            addWaiting(-1);
            TurnMemory memory = turns.get(turnKey);
            if (memory == null) {
                continue;
            }
            Turn turn = new Turn(limits, memory);
            List<Vote> votes = turn.expire(now);
            reschedule(turnKey, Optional.empty(), turn.nextExpiry());
            turns.put(turnKey, memory);
            votes.forEach(vote -> expired.accept(turnKey, vote));
        }
    }

    /**
     * Forgets the turns that nothing has happened to for long.
     *
     * @param unjudged takes prompt and completion of texts that were sent on and that nobody judged
     */
    void forget(Instant now, BiConsumer<String, String> unjudged) {
        for (String turnKey : sweep.findForgotten(now)) {
            TurnMemory memory = Objects.requireNonNull(turns.get(turnKey));
            String tenant = TurnKey.of(turnKey).tenant();
            for (KnownCompletion known : memory.completions()) {
                if (known.revision() == 0) {
                    ServedAnswer answer = known.answer();
                    unjudged.accept(Topics.key(tenant, answer.promptId()), answer.completionId());
                }
            }
            for (Vote vote : memory.votes()) {
                if (vote.opinion() instanceof Edit edit) {
                    edits.delete(RecordKeys.row(turnKey, Edit.editedId(edit.completionId(), vote.userId())));
                }
            }
            reschedule(turnKey, new Turn(limits, memory).scheduledExpiry(), Optional.empty());
            turns.delete(turnKey);
        }
    }

    private void reschedule(String turnKey, Optional<Instant> before, Optional<Instant> after) {
        if (before.equals(after)) {
            return;
        }
        before.ifPresent(time -> expiry.remove(time, turnKey));
        after.ifPresent(time -> expiry.add(time, turnKey));
        addWaiting((after.isPresent() ? 1 : 0) - (before.isPresent() ? 1 : 0));
    }

    private void addWaiting(int more) {
        waiting += more;
        waitingTurns.accept(waiting);
    }
}
