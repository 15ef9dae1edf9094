package dev.attune.publisher.canary;

import com.google.re2j.Pattern;
import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.PickOutcome;
import dev.attune.events.SealableText;
import dev.attune.schemas.Topics;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From the records of the topics to the words of the judgement. */
final class CanaryRecords {
    /** People look at the beginning of an answer to see that it declines; further on it may well quote. */
    private static final int LOOKED_AT = 200;

    private final List<Pattern> refusals;

    CanaryRecords(List<String> refusalPatterns) {
        this.refusals = refusalPatterns.stream().map(Pattern::compile).toList();
    }

    SeenAnswer answer(CompletionServed served, Arm arm) {
        String text = clear(served.getText());
        return new SeenAnswer(
                answerId(served.getTenant(), served.getTurnId(), served.getCompletionId()),
                served.getUserId() == null
                        ? Topics.key(served.getTenant(), "turn", served.getTurnId())
                        : user(served.getTenant(), served.getUserId()),
                arm,
                served.getReceivedAt(),
                served.getFailure() != null,
                served.getRefused() == null ? text != null && declines(text) : served.getRefused(),
                served.getLatencyMs(),
                text == null ? null : text.length());
    }

    /** Whether an answer declines, by the patterns. */
    boolean declines(String text) {
        String beginning = text.substring(0, Math.min(LOOKED_AT, text.length()));
        return refusals.stream().anyMatch(pattern -> pattern.matcher(beginning).find());
    }

    /** Null where it is sealed. */
    static @Nullable String clear(SealableText text) {
        return text.getSealed() == null ? text.getValue() : null;
    }

    /** Unique among all tenants and turns. */
    static String answerId(String tenant, String turnId, String completionId) {
        return Topics.key(tenant, turnId, completionId);
    }

    static String user(String tenant, String userId) {
        return Topics.key(tenant, "user", userId);
    }

    /**
     * What a feedback event says of answers; empty where it says nothing. A regeneration does not: people also
     * regenerate out of curiosity, and pairing does not count it either by default.
     */
    static Optional<Said> said(FeedbackGiven given) {
        return switch (given.getKind()) {
            case THUMB -> thumb(given);
            case PICK -> pick(given);
            case EDIT ->
                completion(given, given.getCompletionId())
                        .map(id -> new Said.Edit(given.getEventId(), given.getOccurredAt(), given.getReceivedAt(), id));
            case RETRACTION ->
                Optional.ofNullable(given.getRetractedEventId())
                        .map(id -> new Said.Retraction(
                                given.getEventId(), given.getOccurredAt(), given.getReceivedAt(), id));
            case REGENERATE, UNKNOWN -> Optional.empty();
        };
    }

    private static Optional<Said> thumb(FeedbackGiven given) {
        Said.Thumb.@Nullable Direction direction = switch (given.getThumb()) {
            case UP -> Said.Thumb.Direction.UP;
            case DOWN -> Said.Thumb.Direction.DOWN;
            case CLEARED -> Said.Thumb.Direction.CLEARED;
            case UNKNOWN -> null;
        };
        return direction == null
                ? Optional.empty()
                : completion(given, given.getCompletionId())
                        .map(id -> new Said.Thumb(
                                given.getEventId(), given.getOccurredAt(), given.getReceivedAt(), id, direction));
    }

    private static Optional<Said> pick(FeedbackGiven given) {
        Optional<String> chosen = completion(given, given.getChosenCompletionId());
        Optional<String> rejected = completion(given, given.getRejectedCompletionId());
        if (chosen.isEmpty() || rejected.isEmpty() || given.getPick() == PickOutcome.UNKNOWN) {
            return Optional.empty();
        }
        double ofChosen = switch (given.getPick()) {
            case CHOSEN -> 1;
            case TIE -> 0.5;
            case BOTH_BAD, UNKNOWN -> 0;
        };
        return Optional.of(new Said.Pick(
                given.getEventId(),
                given.getOccurredAt(),
                given.getReceivedAt(),
                chosen.get(),
                rejected.get(),
                ofChosen,
                given.getPick() == PickOutcome.CHOSEN ? 0 : ofChosen));
    }

    private static Optional<String> completion(FeedbackGiven given, @Nullable String completionId) {
        return Optional.ofNullable(completionId).map(id -> answerId(given.getTenant(), given.getTurnId(), id));
    }
}
