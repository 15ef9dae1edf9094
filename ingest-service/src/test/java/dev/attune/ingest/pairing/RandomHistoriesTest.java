package dev.attune.ingest.pairing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.PickOutcome;
import dev.attune.events.PreferencePair;
import dev.attune.events.Thumb;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories through the whole topology: whatever the order of arrival, with events sent twice and pauses in which
 * pairs go out in between, the active pairs at rest are those of the reference.
 */
@ExtendWith(PlatformExtension.class)
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
class RandomHistoriesTest {
    private static final int HISTORIES = 200;
    private static final int TURNS = 3;
    private static final int COMPLETIONS_A_TURN = 3;
    private static final int USERS = 4;
    private static final int EVENTS = 30;

    @TempDir
    private Path stateDir;

    private record History(List<CompletionServed> completions, List<FeedbackGiven> feedback) {}

    @Test
    void theActivePairsAtRestAreAFunctionOfTheEvents(Platform platform) {
        try (PairingDriver driver = PairingDriver.open(stateDir, platform.serdes())) {
            Map<Integer, History> histories = new HashMap<>();
            for (int seed = 0; seed < HISTORIES; seed++) {
                histories.put(seed, history(seed));
                send(driver, histories.get(seed), new Random(-seed));
            }
            driver.rest();

            Map<String, TreeSet<String>> pairsByPrompt = new HashMap<>();
            for (PreferencePair pair : PairingDriver.active(driver.pairs()).values()) {
                pairsByPrompt
                        .computeIfAbsent(pair.getPromptId(), prompt -> new TreeSet<>())
                        .add(ReferencePairing.line(
                                pair.getChosenCompletionId(),
                                pair.getRejectedCompletionId(),
                                pair.getSupporting(),
                                pair.getOpposing()));
            }
            histories.forEach((seed, history) -> assertThat(pairsByPrompt.getOrDefault("p" + seed, new TreeSet<>()))
                    .as("history of seed %d", seed)
                    .isEqualTo(new ReferencePairing(history.completions(), history.feedback()).pairs()));
            assertThat(driver.deadLetters()).isEmpty();
            // The histories are not trivial.
            assertThat(pairsByPrompt.values().stream().mapToInt(TreeSet::size).sum())
                    .isGreaterThan(HISTORIES);
        }
    }

    private static void send(PairingDriver driver, History history, Random random) {
        List<SpecificRecord> records = new ArrayList<>(history.completions());
        records.addAll(history.feedback());
        Collections.shuffle(records, random);
        for (SpecificRecord record : List.copyOf(records)) {
            if (random.nextInt(3) == 0) {
                records.add(random.nextInt(records.size() + 1), record);
            }
        }
        for (SpecificRecord record : records) {
            if (record instanceof CompletionServed served) {
                driver.send(served);
            } else if (record instanceof FeedbackGiven given) {
                driver.send(given);
            }
            if (random.nextInt(20) == 0) {
                driver.rest();
            }
        }
    }

    private static History history(int seed) {
        Random random = new Random(seed);
        String prompt = "p" + seed;
        List<CompletionServed> completions = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
            for (int completion = 0; completion < COMPLETIONS_A_TURN; completion++) {
                // One text in ten stands twice.
                String text = "answer " + (random.nextInt(10) == 0 ? "again" : turn + "/" + completion);
                completions.add(Events.completion(prompt, prompt + "t" + turn, prompt + "c" + turn + completion, text));
            }
        }
        List<FeedbackGiven> feedback = new ArrayList<>();
        for (int event = 0; event < EVENTS; event++) {
            feedback.add(event(random, prompt, event, feedback));
        }
        return new History(completions, feedback);
    }

    private static FeedbackGiven event(Random random, String prompt, int event, List<FeedbackGiven> before) {
        String eventId = prompt + "e" + event;
        int turn = random.nextInt(TURNS);
        String turnId = prompt + "t" + turn;
        String user = "u" + random.nextInt(USERS);
        // Few instants, so that many votes are of the same one.
        Instant at = Events.NOON.plusSeconds(random.nextInt(8));
        int one = random.nextInt(COMPLETIONS_A_TURN);
        int other = (one + 1 + random.nextInt(COMPLETIONS_A_TURN - 1)) % COMPLETIONS_A_TURN;
        String oneId = prompt + "c" + turn + one;
        String otherId = prompt + "c" + turn + other;
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> Events.thumb(eventId, turnId, user, at, oneId, Thumb.UP);
            case 3, 4 -> Events.thumb(eventId, turnId, user, at, oneId, Thumb.DOWN);
            case 5 -> Events.thumb(eventId, turnId, user, at, oneId, Thumb.CLEARED);
            case 6, 7 -> Events.pick(eventId, turnId, user, at, oneId, otherId);
            case 8 ->
                Events.pick(
                        eventId,
                        turnId,
                        user,
                        at,
                        oneId,
                        otherId,
                        random.nextBoolean() ? PickOutcome.TIE : PickOutcome.BOTH_BAD);
            default -> retraction(random, eventId, turnId, user, at, before);
        };
    }

    /** Of an event of the same turn, by whoever: only its own user's counts. */
    private static FeedbackGiven retraction(
            Random random, String eventId, String turnId, String user, Instant at, List<FeedbackGiven> before) {
        List<FeedbackGiven> ofTurn = before.stream()
                .filter(event -> event.getTurnId().equals(turnId))
                .toList();
        if (ofTurn.isEmpty()) {
            return Events.retraction(eventId, turnId, user, at, "never-sent");
        }
        FeedbackGiven retracted = ofTurn.get(random.nextInt(ofTurn.size()));
        String by = random.nextInt(5) == 0 ? user : retracted.getUserId();
        return Events.retraction(eventId, turnId, by, at, retracted.getEventId());
    }
}
