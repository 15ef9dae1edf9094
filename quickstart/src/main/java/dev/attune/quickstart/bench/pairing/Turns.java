package dev.attune.quickstart.bench.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.FeedbackKind;
import dev.attune.events.Message;
import dev.attune.events.PickOutcome;
import dev.attune.events.SealableText;
import dev.attune.events.Thumb;
import dev.attune.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Turns as a chat product has them: three completions each, one user or two who pick or give thumbs, and of every twenty
 * opinions one that is turned round later. Half of the turns ask something that nobody else asks, the others share
 * {@value #POPULAR} prompts, some of them far more popular than others.
 */
final class Turns implements Supplier<List<Load>> {
    static final int COMPLETIONS = 3;
    static final double CHANGED_MINDS = 0.05;

    private static final int POPULAR = 1_000;
    private static final String TENANT = "bench";
    private static final String[] WORDS =
            ("the order was sent on monday and will reach you within three days please keep"
                            + " this number so that we can help you further when you call our service team again")
                    .split(" ");

    /** Which prompts are asked. */
    enum Prompts {
        MIXED,
        /** All turns ask the same. */
        ONE_HOT
    }

    private final Random random;
    private final Prompts prompts;
    private final String name;
    private int turns;
    private int events;

    /** @param name tells these turns from others in the same topics */
    Turns(Random random, Prompts prompts, String name) {
        this.random = random;
        this.prompts = prompts;
        this.name = name;
    }

    /** Turns so far. */
    int count() {
        return turns;
    }

    @Override
    public List<Load> get() {
        String turnId = name + "-t" + turns++;
        String promptId = promptId();
        List<Load> events = new ArrayList<>();
        for (int i = 0; i < COMPLETIONS; i++) {
            events.add(completion(turnId, promptId, i));
        }
        int users = random.nextInt(10) < 3 ? 2 : 1;
        for (int user = 0; user < users; user++) {
            opinions(turnId, "u" + random.nextInt(50_000), events);
        }
        return events;
    }

    /** A turn with one completion and one thumb on it. */
    List<Load> brief() {
        String turnId = name + "-t" + turns++;
        return List.of(
                completion(turnId, promptId(), 0),
                thumb(turnId, "u" + random.nextInt(50_000), 0, random.nextBoolean()));
    }

    private String promptId() {
        return switch (prompts) {
            case ONE_HOT -> "hot";
            case MIXED ->
                random.nextBoolean()
                        ? name + "-p" + turns
                        : "popular-" + (int) (POPULAR * Math.pow(random.nextDouble(), 2));
        };
    }

    private void opinions(String turnId, String user, List<Load> events) {
        int one = random.nextInt(COMPLETIONS);
        int other = (one + 1 + random.nextInt(COMPLETIONS - 1)) % COMPLETIONS;
        if (random.nextBoolean()) {
            events.add(pick(turnId, user, one, other));
            if (changesMind()) {
                events.add(pick(turnId, user, other, one));
            }
            return;
        }
        boolean up = random.nextBoolean();
        events.add(thumb(turnId, user, one, up));
        events.add(thumb(turnId, user, other, !up));
        if (changesMind()) {
            events.add(thumb(turnId, user, one, !up));
        }
    }

    private boolean changesMind() {
        return random.nextDouble() < CHANGED_MINDS;
    }

    private Load completion(String turnId, String promptId, int index) {
        return new Load.Completion(
                Topics.key(TENANT, turnId),
                CompletionServed.newBuilder()
                        .setEventId(eventId())
                        .setTenant(TENANT)
                        .setModelId("support")
                        .setTurnId(turnId)
                        .setCompletionId(completionId(turnId, index))
                        .setPromptId(promptId)
                        .setModelVersion("v000032-00eb027888d4")
                        .setMessages(List.of(new Message("user", text(20))))
                        .setText(text(60))
                        .build());
    }

    private Load thumb(String turnId, String user, int index, boolean up) {
        return feedback(feedback(turnId, user, FeedbackKind.THUMB)
                .setCompletionId(completionId(turnId, index))
                .setThumb(up ? Thumb.UP : Thumb.DOWN));
    }

    private Load pick(String turnId, String user, int chosen, int rejected) {
        return feedback(feedback(turnId, user, FeedbackKind.PICK)
                .setPick(PickOutcome.CHOSEN)
                .setChosenCompletionId(completionId(turnId, chosen))
                .setRejectedCompletionId(completionId(turnId, rejected)));
    }

    private FeedbackGiven.Builder feedback(String turnId, String user, FeedbackKind kind) {
        return FeedbackGiven.newBuilder()
                .setEventId(eventId())
                .setTenant(TENANT)
                .setModelId("support")
                .setTurnId(turnId)
                .setUserId(user)
                .setKind(kind);
    }

    private static Load feedback(FeedbackGiven.Builder event) {
        return new Load.Feedback(Topics.key(TENANT, event.getTurnId()), event.build());
    }

    private static String completionId(String turnId, int index) {
        return turnId + "-c" + index;
    }

    private String eventId() {
        return name + "-e" + events++;
    }

    private SealableText text(int words) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
        }
        return new SealableText(text.toString(), null, null);
    }
}
