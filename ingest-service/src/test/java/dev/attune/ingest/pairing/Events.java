package dev.attune.ingest.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.FeedbackKind;
import dev.attune.events.InlineCompletion;
import dev.attune.events.Message;
import dev.attune.events.PickOutcome;
import dev.attune.events.SealableText;
import dev.attune.events.Thumb;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Builds the events of one tenant, as the gateway would. */
final class Events {
    static final String TENANT = "acme";
    static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

    private Events() {}

    static CompletionServed completion(String promptId, String turnId, String completionId, String text) {
        return CompletionServed.newBuilder()
                .setEventId("served-" + completionId)
                .setTenant(TENANT)
                .setModelId("support")
                .setOccurredAt(NOON)
                .setReceivedAt(NOON)
                .setTurnId(turnId)
                .setCompletionId(completionId)
                .setPromptId(promptId)
                .setModelVersion("v000000-base")
                .setMessages(List.of(new Message("user", text("question of " + promptId))))
                .setText(text(text))
                .build();
    }

    static FeedbackGiven thumb(
            String eventId, String turnId, String user, Instant at, String completionId, Thumb thumb) {
        return feedback(eventId, turnId, user, at, FeedbackKind.THUMB)
                .setCompletionId(completionId)
                .setThumb(thumb)
                .build();
    }

    static FeedbackGiven pick(
            String eventId, String turnId, String user, Instant at, String chosenId, String rejectedId) {
        return pick(eventId, turnId, user, at, chosenId, rejectedId, PickOutcome.CHOSEN);
    }

    static FeedbackGiven pick(
            String eventId,
            String turnId,
            String user,
            Instant at,
            String chosenId,
            String rejectedId,
            PickOutcome outcome) {
        return feedback(eventId, turnId, user, at, FeedbackKind.PICK)
                .setPick(outcome)
                .setChosenCompletionId(chosenId)
                .setRejectedCompletionId(rejectedId)
                .build();
    }

    static FeedbackGiven edit(
            String eventId, String turnId, String user, Instant at, String completionId, String editedText) {
        return feedback(eventId, turnId, user, at, FeedbackKind.EDIT)
                .setCompletionId(completionId)
                .setEditedText(text(editedText))
                .build();
    }

    static FeedbackGiven regeneration(String eventId, String turnId, String user, Instant at, String completionId) {
        return feedback(eventId, turnId, user, at, FeedbackKind.REGENERATE)
                .setCompletionId(completionId)
                .build();
    }

    /** The feedback with the completions in it. */
    static FeedbackGiven selfContained(FeedbackGiven given, CompletionServed... completions) {
        return FeedbackGiven.newBuilder(given)
                .setPromptId(completions[0].getPromptId())
                .setMessages(completions[0].getMessages())
                .setCompletions(Stream.of(completions)
                        .map(served -> new InlineCompletion(
                                served.getCompletionId(), served.getText(), served.getModelVersion()))
                        .toList())
                .build();
    }

    static FeedbackGiven retraction(String eventId, String turnId, String user, Instant at, String retractedEventId) {
        return feedback(eventId, turnId, user, at, FeedbackKind.RETRACTION)
                .setRetractedEventId(retractedEventId)
                .build();
    }

    static FeedbackGiven.Builder feedback(String eventId, String turnId, String user, Instant at, FeedbackKind kind) {
        return FeedbackGiven.newBuilder()
                .setEventId(eventId)
                .setTenant(TENANT)
                .setModelId("support")
                .setOccurredAt(at)
                .setReceivedAt(NOON)
                .setTurnId(turnId)
                .setUserId(user)
                .setKind(kind);
    }

    static SealableText text(String value) {
        return new SealableText(value, null, null);
    }
}
