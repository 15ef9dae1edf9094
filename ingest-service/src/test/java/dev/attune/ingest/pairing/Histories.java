package dev.attune.ingest.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.PickOutcome;
import dev.attune.events.Thumb;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;

/** Makes up what users do with the answers to many prompts, and in which order it arrives. */
final class Histories {
    /** Prompts by prompt; their users have the same names in each. */
    private static final List<String> TENANTS = List.of(Events.TENANT, "globex", "initech");

    private static final int TURNS = 2;
    private static final int COMPLETIONS_A_TURN = 3;
    private static final int USERS = 3;
    private static final int EVENTS = 12;
    private static final Duration A_MOMENT = Duration.ofSeconds(2);
    /** Longer than feedback waits for its completion. */
    private static final Duration A_BREAK = Duration.ofMinutes(15);
    /** Longer than an answer waits for a partner. */
    private static final Duration A_NIGHT = Duration.ofHours(25);

    private final Random random;

    Histories(long seed) {
        this.random = new Random(seed);
    }

    /** The histories of so many prompts, shuffled into each other, with repetitions, pauses and restarts. */
    List<Step> mixed(int prompts) {
        List<Step> steps = new ArrayList<>();
        for (int prompt = 0; prompt < prompts; prompt++) {
            for (SpecificRecord event : events("p" + prompt)) {
                steps.add(new Step.Arrival(ofTenant(TENANTS.get(prompt % TENANTS.size()), event)));
            }
        }
        for (Step step : List.copyOf(steps)) {
            if (random.nextInt(4) == 0) {
                steps.add(step);
            }
        }
        Collections.shuffle(steps, random);
        insert(steps, 20, new Step.Pause(A_MOMENT));
        insert(steps, 3, new Step.Pause(A_BREAK));
        insert(steps, 2, new Step.Pause(A_NIGHT));
        insert(steps, 2, new Step.Restart());
        return steps;
    }

    private void insert(List<Step> steps, int times, Step step) {
        for (int i = 0; i < times; i++) {
            steps.add(random.nextInt(steps.size() + 1), step);
        }
    }

    private static SpecificRecord ofTenant(String tenant, SpecificRecord event) {
        return switch (event) {
            case CompletionServed served ->
                CompletionServed.newBuilder(served).setTenant(tenant).build();
            case FeedbackGiven given ->
                FeedbackGiven.newBuilder(given).setTenant(tenant).build();
            default -> throw new IllegalStateException("only completions and feedback arrive");
        };
    }

    private List<SpecificRecord> events(String prompt) {
        List<CompletionServed> completions = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
            for (int completion = 0; completion < COMPLETIONS_A_TURN; completion++) {
                completions.add(completion(prompt, turn, completion));
            }
        }
        List<FeedbackGiven> feedback = new ArrayList<>();
        for (int event = 0; event < EVENTS; event++) {
            feedback.add(feedback(prompt, prompt + "-e" + event, completions, feedback));
        }
        List<SpecificRecord> events = new ArrayList<>(feedback);
        // Some completions are never logged; what was said of them waits, unless it brings them along.
        completions.stream().filter(served -> random.nextInt(8) > 0).forEach(events::add);
        return events;
    }

    private CompletionServed completion(String prompt, int turn, int completion) {
        String id = prompt + "-c" + turn + completion;
        // Some texts stand twice, and some are long.
        String text = switch (random.nextInt(8)) {
            case 0 -> "again";
            case 1 -> "a much longer answer than all the others are";
            default -> "answer " + turn + completion;
        };
        return CompletionServed.newBuilder(Events.completion(prompt, prompt + "-t" + turn, id, text))
                .setModelVersion(random.nextInt(3) == 0 ? "" : "v" + turn)
                .build();
    }

    private FeedbackGiven feedback(
            String prompt, String eventId, List<CompletionServed> completions, List<FeedbackGiven> before) {
        int turn = random.nextInt(TURNS);
        int first = random.nextInt(COMPLETIONS_A_TURN);
        int second = (first + 1 + random.nextInt(COMPLETIONS_A_TURN - 1)) % COMPLETIONS_A_TURN;
        CompletionServed one = completions.get(turn * COMPLETIONS_A_TURN + first);
        CompletionServed other = completions.get(turn * COMPLETIONS_A_TURN + second);
        String turnId = prompt + "-t" + turn;
        String user = "u" + random.nextInt(USERS);
        // Few instants, so that many votes are of the same one.
        Instant at = Events.NOON.plusSeconds(random.nextInt(5));
        FeedbackGiven given = switch (random.nextInt(14)) {
            case 0, 1, 2 -> Events.thumb(eventId, turnId, user, at, one.getCompletionId(), Thumb.UP);
            case 3, 4, 5 -> Events.thumb(eventId, turnId, user, at, one.getCompletionId(), Thumb.DOWN);
            case 6 -> Events.thumb(eventId, turnId, user, at, one.getCompletionId(), Thumb.CLEARED);
            case 7, 8 -> pick(eventId, turnId, user, at, one, other, PickOutcome.CHOSEN);
            case 9 ->
                pick(
                        eventId,
                        turnId,
                        user,
                        at,
                        one,
                        other,
                        random.nextBoolean() ? PickOutcome.TIE : PickOutcome.BOTH_BAD);
            case 10, 11 -> Events.edit(eventId, turnId, user, at, one.getCompletionId(), edited(one));
            case 12 -> Events.regeneration(eventId, turnId, user, at, one.getCompletionId());
            default -> retraction(eventId, turnId, user, at, before);
        };
        FeedbackGiven.Builder finished = FeedbackGiven.newBuilder(given)
                .setReceivedAt(Events.NOON.plus(Duration.ofHours(random.nextInt(60))))
                .setAllowTraining(random.nextInt(10) > 0);
        return random.nextInt(6) == 0 ? selfContained(finished.build(), one, other) : finished.build();
    }

    private String edited(CompletionServed original) {
        // One edit in four changes nothing.
        return random.nextInt(4) == 0 ? original.getText().getValue() : "edit " + random.nextInt(3);
    }

    private FeedbackGiven selfContained(FeedbackGiven given, CompletionServed one, CompletionServed other) {
        return switch (given.getKind()) {
            case PICK -> Events.selfContained(given, unversioned(one), other);
            case THUMB, EDIT, REGENERATE -> Events.selfContained(given, unversioned(one));
            case RETRACTION, UNKNOWN -> given;
        };
    }

    /** Products often do not say which version wrote what they send along. */
    private CompletionServed unversioned(CompletionServed served) {
        return random.nextBoolean()
                ? served
                : CompletionServed.newBuilder(served).setModelVersion("").build();
    }

    private static FeedbackGiven pick(
            String eventId,
            String turnId,
            String user,
            Instant at,
            CompletionServed chosen,
            CompletionServed rejected,
            PickOutcome outcome) {
        return Events.pick(eventId, turnId, user, at, chosen.getCompletionId(), rejected.getCompletionId(), outcome);
    }

    /** Of an event of the same turn, by whoever: only its own user's counts. */
    private FeedbackGiven retraction(
            String eventId, String turnId, String user, Instant at, List<FeedbackGiven> before) {
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
