package dev.attune.ingest.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.ingest.pairing.rules.Judgement.Edit;
import dev.attune.ingest.pairing.rules.Turn;
import dev.attune.ingest.pairing.rules.TurnLimits;
import dev.attune.ingest.pairing.rules.TurnMemory;
import dev.attune.ingest.pairing.rules.TurnMemory.KnownCompletion;
import dev.attune.ingest.pairing.rules.TurnOutcome;
import dev.attune.ingest.pairing.rules.Vote;
import dev.attune.ingest.pairing.state.DueIndex;
import dev.attune.ingest.pairing.state.ObjectCache;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The turn stage's stores: one small row a turn with its votes, one row a completion with its texts (written once), and
 * what is to be looked at when.
 */
final class TurnStores {
    private static final int EXPIRY_QUEUE = 0;
    private static final int RETENTION_QUEUE = 1;
    /** Turns looked at in one go, so that a flood of expiries does not starve the input. */
    private static final int TURNS_A_LOOK = 1_000;

    private final TurnLimits limits;
    private final KeyValueStore<String, TurnMemory> turns;
    private final KeyValueStore<String, CompletionServed> completions;
    private final ObjectCache.Section<CompletionServed> cachedCompletions;
    private final DueIndex expiry;
    private final DueIndex retention;
    private final IntConsumer waitingTurns;
    private int waiting;

    /** @param waitingTurns is told how many turns have feedback that waits */
    TurnStores(ProcessorContext<?, ?> context, PairingCache cache, TurnLimits limits, IntConsumer waitingTurns) {
        this.limits = limits;
        this.turns = context.getStateStore(Nodes.TURNS_STORE);
        this.completions = context.getStateStore(Nodes.TURN_COMPLETIONS_STORE);
        this.cachedCompletions = cache.completions();
        KeyValueStore<Bytes, byte[]> due = context.getStateStore(Nodes.TURN_DUE_STORE);
        this.expiry = new DueIndex(due, EXPIRY_QUEUE);
        this.retention = new DueIndex(due, RETENTION_QUEUE);
        this.waitingTurns = waitingTurns;
        addWaiting(expiry.size());
    }

    /** Applies one event to its turn, and keeps the result unless it was refused or nothing new. */
    TurnOutcome apply(String turnKey, Function<Turn, TurnOutcome> event) {
        TurnMemory known = turns.get(turnKey);
        Turn turn = new Turn(limits, known == null ? new TurnMemory() : known);
        Optional<Instant> expiryBefore = turn.nextExpiry();
        TurnOutcome outcome = event.apply(turn);
        if (outcome instanceof TurnOutcome.Changed) {
            if (known == null) {
                retention.add(turn.retainedUntil(), turnKey);
            }
            reschedule(turnKey, expiryBefore, turn.nextExpiry());
            turns.put(turnKey, turn.memory());
        }
        return outcome;
    }

    /** Keeps a completion that the turn did not have, or not with the version that wrote it. */
    void putCompletion(String turnKey, CompletionServed served) {
        putCompletion(turnKey, served.getCompletionId(), served);
    }

    /** Keeps a completion that came with feedback, unless it is here already. */
    void putInlineCompletion(String turnKey, CompletionServed served) {
        CompletionServed known = findCompletion(turnKey, served.getCompletionId());
        if (known == null || known.getModelVersion().isEmpty()) {
            putCompletion(turnKey, served);
        }
    }

    /** A user's own text is kept as a completion of that user's: its prompt is that of the original, which may come later. */
    void putEdit(String turnKey, FeedbackGiven edit) {
        String editedId = Edit.editedId(Objects.requireNonNull(edit.getCompletionId()), edit.getUserId());
        putCompletion(
                turnKey,
                editedId,
                CompletionServed.newBuilder()
                        .setEventId(edit.getEventId())
                        .setTenant(edit.getTenant())
                        .setTurnId(edit.getTurnId())
                        .setCompletionId(editedId)
                        .setPromptId("")
                        .setText(Objects.requireNonNull(edit.getEditedText()))
                        .build());
    }

    CompletionServed completion(String turnKey, String completionId) {
        CompletionServed served = findCompletion(turnKey, completionId);
        if (served == null) {
            throw new IllegalStateException("store " + Nodes.TURN_COMPLETIONS_STORE
                    + " lacks a completion that its turn knows: the state is damaged, reset the application");
        }
        return served;
    }

    private void putCompletion(String turnKey, String completionId, CompletionServed served) {
        String row = row(turnKey, completionId);
        completions.put(row, served);
        cachedCompletions.put(row, served);
    }

    private @Nullable CompletionServed findCompletion(String turnKey, String completionId) {
        String row = row(turnKey, completionId);
        CompletionServed cached = cachedCompletions.get(row);
        return cached == null ? completions.get(row) : cached;
    }

    private void deleteCompletion(String turnKey, String completionId) {
        String row = row(turnKey, completionId);
        completions.delete(row);
        cachedCompletions.remove(row);
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

    /** Forgets the turns that nothing has happened to for long. */
    void forget(Instant now) {
        for (String turnKey : retention.takeDue(now, TURNS_A_LOOK)) {
            TurnMemory memory = turns.get(turnKey);
            if (memory == null) {
                continue;
            }
            Turn turn = new Turn(limits, memory);
            if (turn.retainedUntil().isAfter(now)) {
                retention.add(turn.retainedUntil(), turnKey);
                continue;
            }
            for (KnownCompletion known : memory.completions()) {
                deleteCompletion(turnKey, known.completionId());
            }
            for (Vote vote : memory.votes()) {
                if (vote.opinion() instanceof Edit edit) {
                    deleteCompletion(turnKey, Edit.editedId(edit.completionId(), vote.userId()));
                }
            }
            reschedule(turnKey, turn.nextExpiry(), Optional.empty());
            turns.delete(turnKey);
        }
    }

    void close() {
        cachedCompletions.close();
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

    /** Rows of one turn stand together. */
    private static String row(String turnKey, String completionId) {
        return turnKey + RecordKeys.SEPARATOR + completionId;
    }
}
