package dev.attune.ingest.pairing;

import dev.attune.events.state.PromptAgenda;
import dev.attune.ingest.pairing.state.DueIndex;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * When prompts are looked at: after a quiet period since their last change (by the wall clock, and not later than the
 * maximum delay after the first one), and when an answer has waited long enough for a partner (by event time).
 */
final class PromptAgendas {
    private static final int CHANGED_QUEUE = 0;
    private static final int LONELY_QUEUE = 1;
    /** Prompts looked at in one go, so that a flood of changes does not starve the input. */
    private static final int PROMPTS_A_LOOK = 5_000;

    /** More than ten times what looking at an answer costs: one prompt takes at most a tenth of a thread. */
    private static final Duration PAUSE_AN_ANSWER = Duration.ofNanos(100_000);

    private static final Instant NONE = Instant.EPOCH;
    private static final PromptAgenda EMPTY = new PromptAgenda(0, NONE, NONE, NONE);

    private final KeyValueStore<String, PromptAgenda> agendas;
    private final DueIndex changed;
    private final DueIndex lonely;
    private final PairingConfig.Emission emission;

    PromptAgendas(ProcessorContext<?, ?> context, PairingConfig.Emission emission) {
        this.agendas = context.getStateStore(Nodes.PROMPT_AGENDA_STORE);
        KeyValueStore<Bytes, byte[]> due = context.getStateStore(Nodes.PROMPT_DUE_STORE);
        this.changed = new DueIndex(due, CHANGED_QUEUE);
        this.lonely = new DueIndex(due, LONELY_QUEUE);
        this.emission = emission;
    }

    /** How many judged completions the prompt has. */
    int answers(String promptKey) {
        return agenda(promptKey).getAnswers();
    }

    void changed(String promptKey, boolean newAnswer, Instant wallClock) {
        PromptAgenda agenda = agenda(promptKey);
        boolean first = agenda.getPendingSince().equals(NONE);
        if (first) {
            // Later changes do not move this entry: it is moved when it comes up, once and not with every vote.
            changed.add(wallClock.plus(emission.quietPeriod()), promptKey);
        }
        agendas.put(
                promptKey,
                new PromptAgenda(
                        agenda.getAnswers() + (newAnswer ? 1 : 0),
                        first ? wallClock : agenda.getPendingSince(),
                        wallClock,
                        agenda.getLookAt()));
    }

    /** Takes the prompts whose changes are to go out now. */
    List<String> takeChanged(Instant wallClock) {
        List<String> ready = new ArrayList<>();
        for (String promptKey : changed.takeDue(wallClock, PROMPTS_A_LOOK)) {
            PromptAgenda agenda = agenda(promptKey);
            Instant due = due(agenda);
            if (due.isAfter(wallClock)) {
                changed.add(due, promptKey);
            } else {
                agendas.put(promptKey, new PromptAgenda(agenda.getAnswers(), NONE, NONE, agenda.getLookAt()));
                ready.add(promptKey);
            }
        }
        return ready;
    }

    /** Takes the prompts in which an answer has waited long enough for a partner. */
    List<String> takeLonely(Instant eventTime) {
        List<String> ready = lonely.takeDue(eventTime, PROMPTS_A_LOOK);
        for (String promptKey : ready) {
            PromptAgenda agenda = agenda(promptKey);
            agendas.put(
                    promptKey,
                    new PromptAgenda(agenda.getAnswers(), agenda.getPendingSince(), agenda.getLastChange(), NONE));
        }
        return ready;
    }

    /** Sets when the prompt is to be looked at again although nothing changes. */
    void lookAt(String promptKey, Optional<Instant> time) {
        PromptAgenda agenda = agenda(promptKey);
        Instant wanted = time.orElse(NONE);
        if (agenda.getLookAt().equals(wanted)) {
            return;
        }
        if (!agenda.getLookAt().equals(NONE)) {
            lonely.remove(agenda.getLookAt(), promptKey);
        }
        time.ifPresent(at -> lonely.add(at, promptKey));
        agendas.put(
                promptKey,
                new PromptAgenda(agenda.getAnswers(), agenda.getPendingSince(), agenda.getLastChange(), wanted));
    }

    private Instant due(PromptAgenda agenda) {
        // A look costs time for each answer: it must not follow every change of a prompt that has thousands.
        Duration pause = PAUSE_AN_ANSWER.multipliedBy(agenda.getAnswers());
        Duration quietPeriod = pause.compareTo(emission.quietPeriod()) > 0 ? pause : emission.quietPeriod();
        Instant quiet = agenda.getLastChange().plus(quietPeriod);
        Instant latest = agenda.getPendingSince().plus(emission.maxDelay());
        return quiet.isBefore(latest) ? quiet : latest;
    }

    private PromptAgenda agenda(String promptKey) {
        PromptAgenda agenda = agendas.get(promptKey);
        return agenda == null ? EMPTY : agenda;
    }
}
