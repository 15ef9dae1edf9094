package dev.attune.ingest.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.Message;
import dev.attune.events.SealableText;
import dev.attune.ingest.pairing.rules.Feedback;
import dev.attune.ingest.pairing.rules.Judgement;
import dev.attune.ingest.pairing.rules.Judgement.Comparison;
import dev.attune.ingest.pairing.rules.Judgement.Edit;
import dev.attune.ingest.pairing.rules.Judgement.Regeneration;
import dev.attune.ingest.pairing.rules.Judgement.Retraction;
import dev.attune.ingest.pairing.rules.Judgement.Thumb;
import dev.attune.ingest.pairing.rules.Refusal;
import dev.attune.ingest.pairing.rules.ServedAnswer;
import dev.attune.ingest.pairing.rules.Source;
import dev.attune.ingest.pairing.rules.StableHash;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From the records of the topics to the words of the rules. */
final class FeedbackReading {
    private FeedbackReading() {}

    /** Either what the event says, or why it says nothing that can be used. */
    sealed interface Reading {
        record Usable(Feedback feedback) implements Reading {}

        record Unusable(Refusal refusal) implements Reading {}
    }

    static Reading read(FeedbackGiven given, Source source) {
        if (!given.getCompletions().isEmpty() && given.getPromptId() == null) {
            return new Reading.Unusable(Refusal.INCOMPLETE_FEEDBACK);
        }
        return switch (given.getKind()) {
            case THUMB -> thumb(given, source);
            case PICK -> pick(given, source);
            case RETRACTION ->
                given.getRetractedEventId() == null
                        ? new Reading.Unusable(Refusal.INCOMPLETE_FEEDBACK)
                        : usable(given, new Retraction(given.getRetractedEventId()), source);
            case EDIT -> edit(given, source);
            case REGENERATE ->
                given.getCompletionId() == null
                        ? new Reading.Unusable(Refusal.INCOMPLETE_FEEDBACK)
                        : usable(given, new Regeneration(given.getCompletionId()), source);
            case UNKNOWN -> new Reading.Unusable(Refusal.UNKNOWN_KIND);
        };
    }

    /** Its digest is without its times: a repetition has the same, another answer under its id has not. */
    static ServedAnswer answer(CompletionServed served) {
        String text = text(served.getText());
        String textDigest = StableHash.id(text);
        List<String> parts = new ArrayList<>(List.of(
                served.getTurnId(), served.getCompletionId(), served.getPromptId(), served.getModelId(), textDigest));
        for (Message message : served.getMessages()) {
            parts.add(message.getRole());
            parts.add(text(message.getContent()));
        }
        return new ServedAnswer(
                served.getCompletionId(),
                StableHash.digest64(parts.toArray(String[]::new)),
                served.getModelVersion(),
                served.getModelId(),
                served.getPromptId(),
                textDigest,
                text.length(),
                served.getOccurredAt(),
                served.getReceivedAt());
    }

    /** The completions that came with self-contained feedback, as if they had been logged. */
    static List<CompletionServed> completions(FeedbackGiven given) {
        return given.getCompletions().stream()
                .map(inline -> CompletionServed.newBuilder()
                        .setEventId(given.getEventId())
                        .setTenant(given.getTenant())
                        .setModelId(given.getModelId())
                        .setOccurredAt(given.getOccurredAt())
                        .setReceivedAt(given.getReceivedAt())
                        .setTurnId(given.getTurnId())
                        .setCompletionId(inline.getCompletionId())
                        .setPromptId(text(given.getPromptId()))
                        .setModelVersion(inline.getModelVersion())
                        .setMessages(given.getMessages())
                        .setText(inline.getText())
                        .build())
                .toList();
    }

    private static Reading thumb(FeedbackGiven given, Source source) {
        String completionId = given.getCompletionId();
        Thumb.Direction direction = switch (given.getThumb()) {
            case UP -> Thumb.Direction.UP;
            case DOWN -> Thumb.Direction.DOWN;
            case CLEARED -> Thumb.Direction.CLEARED;
            case UNKNOWN -> null;
        };
        return completionId == null || direction == null
                ? new Reading.Unusable(Refusal.INCOMPLETE_FEEDBACK)
                : usable(given, new Thumb(completionId, direction), source);
    }

    private static Reading pick(FeedbackGiven given, Source source) {
        String chosenId = given.getChosenCompletionId();
        String rejectedId = given.getRejectedCompletionId();
        if (chosenId == null || rejectedId == null) {
            return new Reading.Unusable(Refusal.INCOMPLETE_FEEDBACK);
        }
        if (chosenId.equals(rejectedId)) {
            return new Reading.Unusable(Refusal.SAME_COMPLETION_TWICE);
        }
        return switch (given.getPick()) {
            case CHOSEN -> usable(given, Comparison.pick(chosenId, rejectedId), source);
            case TIE -> usable(given, Comparison.undecided(chosenId, rejectedId, Comparison.Outcome.TIE), source);
            case BOTH_BAD ->
                usable(given, Comparison.undecided(chosenId, rejectedId, Comparison.Outcome.BOTH_BAD), source);
            case UNKNOWN -> new Reading.Unusable(Refusal.INCOMPLETE_FEEDBACK);
        };
    }

    private static Reading edit(FeedbackGiven given, Source source) {
        String completionId = given.getCompletionId();
        SealableText editedText = given.getEditedText();
        return completionId == null || editedText == null
                ? new Reading.Unusable(Refusal.INCOMPLETE_FEEDBACK)
                : usable(given, new Edit(completionId, StableHash.id(text(editedText))), source);
    }

    private static Reading usable(FeedbackGiven given, Judgement judgement, Source source) {
        List<ServedAnswer> answers =
                completions(given).stream().map(FeedbackReading::answer).toList();
        List<String> parts = new ArrayList<>(List.of(
                given.getTurnId(),
                given.getUserId(),
                given.getKind().name(),
                text(given.getCompletionId()),
                given.getThumb().name(),
                given.getPick().name(),
                text(given.getChosenCompletionId()),
                text(given.getRejectedCompletionId()),
                text(given.getRetractedEventId()),
                given.getEditedText() == null ? "" : text(given.getEditedText()),
                Boolean.toString(given.getAllowTraining())));
        answers.forEach(answer -> parts.add(answer.completionId() + " " + answer.bodyDigest()));
        return new Reading.Usable(new Feedback(
                given.getEventId(),
                StableHash.digest64(parts.toArray(String[]::new)),
                given.getUserId(),
                given.getOccurredAt(),
                given.getReceivedAt(),
                given.getAllowTraining(),
                answers,
                judgement,
                source));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static String text(SealableText text) {
        return text.getValue();
    }
}
