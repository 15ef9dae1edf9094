package dev.attune.ingest.status;

import dev.attune.events.DeadLetter;
import dev.attune.events.ExampleTrained;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.FeedbackKind;
import dev.attune.events.state.StatusInput;
import dev.attune.events.state.StatusInputKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the records of the topics say of feedback events. */
final class StatusInputs {
    private StatusInputs() {}

    /** A thing that became of an event. */
    record Told(String feedbackEventId, StatusInput input) {}

    static List<Told> of(FeedbackGiven given) {
        List<Told> told = new ArrayList<>();
        told.add(new Told(given.getEventId(), by(given, StatusInputKind.ACCEPTED)));
        String retracted = given.getRetractedEventId();
        if (given.getKind() == FeedbackKind.RETRACTION && retracted != null) {
            told.add(new Told(retracted, by(given, StatusInputKind.RETRACTED)));
        }
        return told;
    }

    private static StatusInput by(FeedbackGiven given, StatusInputKind kind) {
        return input(kind, given.getEventId(), given.getReceivedAt())
                .setModelId(given.getModelId())
                .setTurnId(given.getTurnId())
                .setUserId(given.getUserId())
                .setAllowTraining(given.getAllowTraining())
                .build();
    }

    static List<Told> of(ExampleTrained trained) {
        StatusInput input = input(StatusInputKind.TRAINED, trained.getVersion(), trained.getOccurredAt())
                .setModelId(trained.getModelId())
                .setOwner(trained.getOwner())
                .build();
        return trained.getFeedbackEventIds().stream()
                .distinct()
                .map(eventId -> new Told(eventId, input))
                .toList();
    }

    /** @param eventIds the feedback that the record was, or that was behind it */
    static List<Told> of(DeadLetter letter, List<String> eventIds) {
        StatusInput input = input(StatusInputKind.DEAD_LETTER, letter.getEventId(), letter.getOccurredAt())
                .setActive(!letter.getResolved())
                .setReason(letter.getReason())
                .setDetail(letter.getDetail())
                .setStage(letter.getStage())
                .build();
        return eventIds.stream()
                .distinct()
                .map(eventId -> new Told(eventId, input))
                .toList();
    }

    /** @param kind PAIR or SINGLE */
    static Told evidence(
            StatusInputKind kind, String id, String feedbackEventId, boolean active, long revision, long atMs) {
        return new Told(
                feedbackEventId,
                input(kind, id, Instant.ofEpochMilli(atMs))
                        .setActive(active)
                        .setRevision(revision)
                        .build());
    }

    private static StatusInput.Builder input(StatusInputKind kind, String id, Instant at) {
        return StatusInput.newBuilder().setKind(kind).setId(id).setAt(at.toEpochMilli());
    }
}
