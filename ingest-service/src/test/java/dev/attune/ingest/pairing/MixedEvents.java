package dev.attune.ingest.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.PickOutcome;
import dev.attune.events.Thumb;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;

/**
 * Events as products send them, the same for the same seed: several turns of a prompt, three completions a turn, thumbs,
 * picks and ties, one vote in ten taken back, one event in five sent twice, completions and feedback somewhat out of order.
 */
final class MixedEvents {
    private static final int TURNS_A_PROMPT = 3;
    private static final int COMPLETIONS_A_TURN = 3;
    private static final int VOTES_A_TURN = 5;
    private static final int LATE_BY = 40;

    private final Random random;
    private final int users;
    private final List<SpecificRecord> events = new ArrayList<>();

    private MixedEvents(long seed, int users) {
        this.random = new Random(seed);
        this.users = users;
    }

    /** With three users of its own for each turn. */
    static List<SpecificRecord> of(int turns, long seed) {
        return of(turns, seed, 0);
    }

    /** @param users who judge all turns; 0 for three of its own for each */
    static List<SpecificRecord> of(int turns, long seed, int users) {
        MixedEvents mixed = new MixedEvents(seed, users);
        for (int turn = 0; turn < turns; turn++) {
            mixed.turn("p" + turn / TURNS_A_PROMPT, "t" + turn);
        }
        return List.copyOf(mixed.events);
    }

    static void send(EventSender sender, List<SpecificRecord> events) {
        for (SpecificRecord event : events) {
            switch (event) {
                case CompletionServed served -> sender.send(served);
                case FeedbackGiven given -> sender.send(given);
                default -> throw new IllegalArgumentException("only completions and feedback are sent");
            }
        }
    }

    static void send(PairingDriver driver, List<SpecificRecord> events) {
        for (SpecificRecord event : events) {
            switch (event) {
                case CompletionServed served -> driver.send(served);
                case FeedbackGiven given -> driver.send(given);
                default -> throw new IllegalArgumentException("only completions and feedback are sent");
            }
        }
    }

    private void turn(String prompt, String turn) {
        for (int i = 0; i < COMPLETIONS_A_TURN; i++) {
            add(Events.completion(prompt, turn, turn + "c" + i, "answer " + i + " of " + turn));
        }
        for (int vote = 0; vote < VOTES_A_TURN; vote++) {
            String eventId = turn + "e" + vote;
            // Few users and instants: some vote again, and some of these votes are of one instant.
            String user = users == 0 ? turn + "u" + random.nextInt(3) : "u" + random.nextInt(users);
            Instant at = Events.NOON.plusSeconds(random.nextInt(4));
            add(vote(eventId, turn, user, at));
            if (random.nextInt(10) == 0) {
                add(Events.retraction(eventId + "r", turn, user, at.plusSeconds(9), eventId));
            }
        }
    }

    private FeedbackGiven vote(String eventId, String turn, String user, Instant at) {
        int one = random.nextInt(COMPLETIONS_A_TURN);
        String oneId = turn + "c" + one;
        String otherId = turn + "c" + (one + 1) % COMPLETIONS_A_TURN;
        return switch (random.nextInt(6)) {
            case 0, 1 -> Events.thumb(eventId, turn, user, at, oneId, Thumb.UP);
            case 2 -> Events.thumb(eventId, turn, user, at, oneId, Thumb.DOWN);
            case 3 -> Events.pick(eventId, turn, user, at, oneId, otherId, PickOutcome.TIE);
            default -> Events.pick(eventId, turn, user, at, oneId, otherId);
        };
    }

    private void add(SpecificRecord event) {
        int times = random.nextInt(5) == 0 ? 2 : 1;
        for (int i = 0; i < times; i++) {
            int late = Math.min(events.size(), random.nextInt(LATE_BY));
            events.add(events.size() - late, event);
        }
    }
}
