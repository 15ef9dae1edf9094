package dev.attune.ingest.pairing;

import dev.attune.events.DeadLetter;
import dev.attune.events.Evidence;
import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceSingle;
import dev.attune.events.PreferenceStatus;
import dev.attune.schemas.AvroSerdes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Takes a history through the real topology, and reads what holds once nothing happens any more. */
final class HistoryRun {
    /** What holds of one prompt, a line each. */
    record AtRest(SortedSet<String> pairs, SortedSet<String> singles) {}

    private final List<PreferencePair> pairs = new ArrayList<>();
    private final List<PreferenceSingle> singles = new ArrayList<>();
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private PairingDriver driver;

    private HistoryRun(PairingDriver driver) {
        this.driver = driver;
    }

    /** By prompt; prompts of which nothing holds are absent. */
    static Map<String, AtRest> atRest(List<Step> steps, PairingConfig config, AvroSerdes serdes) {
        HistoryRun run = new HistoryRun(new PairingDriver(config, serdes));
        try {
            steps.forEach(run::take);
            run.driver.rest();
            run.driver.advance(config.rules().partnerWait().plus(Duration.ofDays(4)));
            run.driver.rest();
            run.collect();
        } finally {
            run.driver.close();
        }
        run.checkDeadLetters();
        run.checkRevisions();
        return run.byPrompt();
    }

    private void take(Step step) {
        switch (step) {
            case Step.Arrival arrival -> driver.send(arrival.event());
            case Step.Pause pause -> driver.advance(pause.duration());
            case Step.Restart restart -> {
                collect();
                driver = driver.restarted();
            }
        }
    }

    private void collect() {
        pairs.addAll(driver.pairs());
        singles.addAll(driver.singles());
        deadLetters.addAll(driver.deadLetters());
    }

    /** All events are right: only waiting can have been in vain. */
    private void checkDeadLetters() {
        for (DeadLetter letter : deadLetters) {
            if (!letter.getReason().equals("completion_never_came")) {
                throw new AssertionError("a dead letter because of " + letter.getReason());
            }
        }
    }

    /** Whoever takes the highest revision takes the newest, and nothing is taken back that was not said. */
    private void checkRevisions() {
        Map<String, PreferencePair> newest = new HashMap<>();
        for (PreferencePair pair : pairs) {
            PreferencePair before = newest.put(pair.getPairId(), pair);
            if (before != null && before.getRevision() >= pair.getRevision()) {
                throw new AssertionError("pair " + pair.getPairId() + " goes from revision " + before.getRevision()
                        + " to " + pair.getRevision());
            }
            boolean wasOut = before != null && before.getStatus() == PreferenceStatus.ACTIVE;
            if (pair.getStatus() == PreferenceStatus.RETRACTED && !wasOut) {
                throw new AssertionError("pair " + pair.getPairId() + " is retracted and was not active");
            }
        }
    }

    private Map<String, AtRest> byPrompt() {
        Map<String, AtRest> byPrompt = new TreeMap<>();
        for (PreferencePair pair : PairingDriver.active(pairs).values()) {
            of(pair.getPromptId(), byPrompt).pairs().add(line(pair));
        }
        Map<String, PreferenceSingle> newest = new HashMap<>();
        singles.forEach(single -> newest.put(single.getCompletionId(), single));
        for (PreferenceSingle single : newest.values()) {
            if (single.getStatus() == PreferenceStatus.ACTIVE) {
                String line = single.getCompletionId() + (single.getDesirable() ? " liked" : " disliked");
                of(single.getPromptId(), byPrompt).singles().add(line);
            }
        }
        return byPrompt;
    }

    private static AtRest of(String promptId, Map<String, AtRest> byPrompt) {
        return byPrompt.computeIfAbsent(promptId, prompt -> new AtRest(new TreeSet<>(), new TreeSet<>()));
    }

    private static String line(PreferencePair pair) {
        TreeSet<String> evidence = new TreeSet<>();
        TreeSet<Instant> times = new TreeSet<>();
        for (Evidence one : pair.getEvidence()) {
            evidence.add(one.getEventId());
            times.add(one.getOccurredAt());
        }
        if (!pair.getFirstEvidenceAt().equals(times.first())
                || !pair.getLastEvidenceAt().equals(times.last())) {
            throw new AssertionError("pair " + pair.getPairId() + " does not say when its evidence was given");
        }
        return ReferencePairing.line(
                ReferencePairing.side(
                        pair.getChosenCompletionId(), pair.getChosen().getValue(), pair.getChosenModelVersion()),
                ReferencePairing.side(
                        pair.getRejectedCompletionId(), pair.getRejected().getValue(), pair.getRejectedModelVersion()),
                pair.getSupporting(),
                pair.getOpposing(),
                pair.getOrigin().name(),
                evidence);
    }
}
