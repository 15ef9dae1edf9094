package dev.attune.ingest.pairing;

import dev.attune.events.state.PromptAgenda;
import dev.attune.ingest.pairing.state.DueIndex;
import dev.attune.ingest.pairing.state.WriteBehindStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * When prompts are looked at: after a quiet period since their last change (by the wall clock, and not later than the
 * maximum delay after the first one), and when an answer has waited long enough for a partner (by event time).
 *
 * <p>Which prompts have changed is stored; how long they are quiet already is not, so that a change of a prompt that is
 * pending writes nothing. After a restart a quiet period begins anew.
 */
final class PromptAgendas {
    private static final int LONELY_QUEUE = 1;
    /** Prompts looked at in one go, so that a flood of changes does not starve the input. */
    private static final int PROMPTS_A_LOOK = 5_000;

    /** More than ten times what looking at an answer costs: one prompt takes at most a tenth of a thread. */
    private static final Duration PAUSE_AN_ANSWER = Duration.ofNanos(100_000);

    private static final long NONE = 0;

    /** @param answers judged ones of the prompt when it was last looked at */
    private record Change(Instant first, Instant last, int answers) {}

    private record Look(Instant due, String promptKey) {}

    private final PairingConfig.Emission emission;
    private final KeyValueStore<String, PromptAgenda> agendas;
    private final PendingPrompts pending;
    private final DueIndex lonely;
    /** What is pending, and since when it is quiet. */
    private final Map<String, Change> changes = new HashMap<>();
    /** One entry for each of these: not after it is due. */
    private final PriorityQueue<Look> looks = new PriorityQueue<>(Comparator.comparing(Look::due));

    private boolean recalled;

    PromptAgendas(ProcessorContext<?, ?> context, PairingConfig.Emission emission) {
        this.emission = emission;
        this.agendas = WriteBehindStore.of(context, Nodes.PROMPT_AGENDA_STORE);
        this.pending = new PendingPrompts(WriteBehindStore.of(context, Nodes.PROMPT_PENDING_STORE));
        this.lonely = new DueIndex(WriteBehindStore.of(context, Nodes.PROMPT_DUE_STORE), LONELY_QUEUE);
    }

    /** @return whether this is the first answer to the prompt that anybody ever judged */
    boolean changed(String promptKey, Instant wallClock) {
        recall(wallClock);
        Change before = changes.get(promptKey);
        if (before != null) {
            // Its look stays where it is, and is moved when it comes up: once, and not with every vote.
            changes.put(promptKey, new Change(before.first(), wallClock, before.answers()));
            return false;
        }
        PromptAgenda agenda = agendas.get(promptKey);
        pending.add(promptKey, wallClock);
        expect(promptKey, new Change(wallClock, wallClock, agenda == null ? 0 : agenda.getAnswers()));
        return agenda == null;
    }

    /** Takes the prompts whose changes are to be decided on now. */
    List<String> takeChanged(Instant wallClock) {
        recall(wallClock);
        List<String> ready = new ArrayList<>();
        while (ready.size() < PROMPTS_A_LOOK && !looks.isEmpty()) {
            Look next = looks.element();
            if (next.due().isAfter(wallClock)) {
                break;
            }
            looks.remove();
            String promptKey = next.promptKey();
            Instant due = due(Objects.requireNonNull(changes.get(promptKey)));
            if (due.isAfter(wallClock)) {
                looks.add(new Look(due, promptKey));
            } else {
                changes.remove(promptKey);
                pending.remove(promptKey);
                ready.add(promptKey);
            }
        }
        return ready;
    }

    /** Takes the prompts in which an answer has waited long enough for a partner. */
    List<String> takeLonely(Instant eventTime) {
        List<String> ready = lonely.takeDue(eventTime, PROMPTS_A_LOOK);
        for (String promptKey : ready) {
            PromptAgenda agenda = agendas.get(promptKey);
            if (agenda != null) {
                agendas.put(promptKey, new PromptAgenda(agenda.getAnswers(), NONE));
            }
        }
        return ready;
    }

    /**
     * Keeps what a look has found.
     *
     * @param answers so many judged completions
     * @param nextLook when the prompt is to be looked at again although nothing changes
     */
    void lookedAt(String promptKey, int answers, Optional<Instant> nextLook) {
        PromptAgenda before = agendas.get(promptKey);
        long known = before == null ? NONE : before.getLookAt();
        long wanted = nextLook.map(Instant::toEpochMilli).orElse(NONE);
        if (known != wanted) {
            if (known != NONE) {
                lonely.remove(Instant.ofEpochMilli(known), promptKey);
            }
            nextLook.ifPresent(at -> lonely.add(at, promptKey));
        }
        if (before == null || before.getAnswers() != answers || known != wanted) {
            agendas.put(promptKey, new PromptAgenda(answers, wanted));
        }
    }

    /** Before the first of everything: what was pending when another process had this task. */
    private void recall(Instant wallClock) {
        if (recalled) {
            return;
        }
        recalled = true;
        pending.recall((promptKey, since) -> {
            PromptAgenda agenda = agendas.get(promptKey);
            expect(promptKey, new Change(since, wallClock, agenda == null ? 0 : agenda.getAnswers()));
        });
    }

    private void expect(String promptKey, Change change) {
        changes.put(promptKey, change);
        looks.add(new Look(change.first().plus(emission.quietPeriod()), promptKey));
    }

    private Instant due(Change change) {
        // A look costs time for each answer: it must not follow every change of a prompt that has thousands.
        Duration pause = PAUSE_AN_ANSWER.multipliedBy(change.answers());
        Duration quietPeriod = pause.compareTo(emission.quietPeriod()) > 0 ? pause : emission.quietPeriod();
        Instant quiet = change.last().plus(quietPeriod);
        Instant latest = change.first().plus(emission.maxDelay());
        return quiet.isBefore(latest) ? quiet : latest;
    }
}
