package dev.attune.ingest.status;

import dev.attune.events.FeedbackState;
import dev.attune.events.FeedbackStatus;
import dev.attune.events.StatusDeadLetter;
import dev.attune.events.StatusEvidence;
import dev.attune.events.StatusRetraction;
import dev.attune.events.StatusTraining;
import dev.attune.events.state.StatusInput;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/**
 * The status of one event as a function of everything that became of it, in whatever order that is heard of: lists keep the
 * newest by the inputs' own times, counts are sums, and the rest are minima and maxima.
 *
 * <p>It rests on two things: each input comes once, and of one pair or single the inputs' times rise with its revisions.
 */
final class StatusFold {
    /** As many pairs as one prompt may have by default. */
    static final int MOST_PAIRS = 32;

    static final int MOST_SINGLES = 8;
    static final int MOST_VERSIONS = 16;
    static final int MOST_DEAD_LETTERS = 4;
    static final int MOST_RETRACTIONS = 8;

    private static final Comparator<StatusEvidence> EVIDENCE =
            Comparator.comparing(StatusEvidence::getAt).thenComparing(StatusEvidence::getId);
    private static final Comparator<StatusTraining> TRAININGS =
            Comparator.comparing(StatusTraining::getAt).thenComparing(StatusTraining::getVersion);
    private static final Comparator<StatusDeadLetter> DEAD_LETTERS =
            Comparator.comparing(StatusDeadLetter::getAt).thenComparing(StatusDeadLetter::getId);

    private StatusFold() {}

    /** Of an event that nothing is known of. */
    static FeedbackStatus unknown(String tenant, String feedbackEventId) {
        String name = "attune status " + tenant + "/" + feedbackEventId;
        return FeedbackStatus.newBuilder()
                .setEventId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))
                        .toString())
                .setTenant(tenant)
                .setFeedbackEventId(feedbackEventId)
                .build();
    }

    static FeedbackStatus apply(FeedbackStatus before, StatusInput input) {
        FeedbackStatus.Builder after = FeedbackStatus.newBuilder(before);
        Instant at = Instant.ofEpochMilli(input.getAt());
        switch (input.getKind()) {
            case ACCEPTED -> accept(before, input, at, after);
            case RETRACTED -> after.setRetractions(retractions(before, input));
            case PAIR ->
                after.setPairs(evidence(before.getPairs(), input, at, MOST_PAIRS))
                        .setActivePairs(before.getActivePairs() + change(input));
            case SINGLE ->
                after.setSingles(evidence(before.getSingles(), input, at, MOST_SINGLES))
                        .setActiveSingles(before.getActiveSingles() + change(input));
            case TRAINED ->
                after.setTrainings(trainings(before, input, at)).setTrainedExamples(before.getTrainedExamples() + 1);
            case DEAD_LETTER -> after.setDeadLetters(deadLetters(before, input, at));
            case UNKNOWN -> {}
        }
        if (at.isAfter(before.getOccurredAt())) {
            after.setOccurredAt(at);
        }
        FeedbackStatus told = after.build();
        return FeedbackStatus.newBuilder(told).setState(state(told)).build();
    }

    /** Of an id that was used twice the first event is meant: pairing refuses the other one. */
    private static void accept(FeedbackStatus before, StatusInput input, Instant at, FeedbackStatus.Builder after) {
        if (before.getTurnId().isEmpty() || at.isBefore(before.getReceivedAt())) {
            after.setReceivedAt(at)
                    .setModelId(input.getModelId())
                    .setTurnId(input.getTurnId())
                    .setUserId(input.getUserId())
                    .setAllowTraining(input.getAllowTraining());
        }
    }

    private static long change(StatusInput input) {
        return input.getActive() ? 1 : -1;
    }

    private static List<StatusEvidence> evidence(List<StatusEvidence> before, StatusInput input, Instant at, int most) {
        StatusEvidence one = new StatusEvidence(input.getId(), input.getActive(), input.getRevision(), at);
        return newest(
                before,
                one,
                StatusEvidence::getId,
                (old, given) -> given.getRevision() >= old.getRevision() ? given : old,
                EVIDENCE,
                most);
    }

    private static List<StatusTraining> trainings(FeedbackStatus before, StatusInput input, Instant at) {
        return newest(
                before.getTrainings(),
                new StatusTraining(input.getId(), input.getModelId(), input.getOwner(), 1, at),
                StatusTraining::getVersion,
                (old, given) -> StatusTraining.newBuilder(old)
                        .setExamples(old.getExamples() + 1)
                        .build(),
                TRAININGS,
                MOST_VERSIONS);
    }

    private static List<StatusDeadLetter> deadLetters(FeedbackStatus before, StatusInput input, Instant at) {
        return newest(
                before.getDeadLetters(),
                new StatusDeadLetter(
                        input.getId(), input.getReason(), input.getDetail(), input.getStage(), !input.getActive(), at),
                StatusDeadLetter::getId,
                BinaryOperator.maxBy(
                        Comparator.comparing(StatusDeadLetter::getAt).thenComparing(StatusDeadLetter::getResolved)),
                DEAD_LETTERS,
                MOST_DEAD_LETTERS);
    }

    private static List<StatusRetraction> retractions(FeedbackStatus before, StatusInput input) {
        Comparator<StatusRetraction> order = Comparator.comparing(StatusRetraction::getId)
                .thenComparing(StatusRetraction::getTurnId)
                .thenComparing(StatusRetraction::getUserId);
        return newest(
                before.getRetractions(),
                new StatusRetraction(input.getId(), input.getTurnId(), input.getUserId()),
                StatusRetraction::getId,
                BinaryOperator.minBy(order),
                order.reversed(),
                MOST_RETRACTIONS);
    }

    /** The greatest of an order come first. */
    private static <T> List<T> newest(
            List<T> before, T one, Function<T, String> id, BinaryOperator<T> ofTheSame, Comparator<T> order, int most) {
        List<T> after = new ArrayList<>(before.size() + 1);
        T joined = one;
        for (T other : before) {
            if (id.apply(other).equals(id.apply(one))) {
                joined = ofTheSame.apply(other, one);
            } else {
                after.add(other);
            }
        }
        after.add(joined);
        after.sort(order.reversed());
        return List.copyOf(after.subList(0, Math.min(after.size(), most)));
    }

    private static FeedbackState state(FeedbackStatus status) {
        if (retraction(status).isPresent()) {
            return FeedbackState.RETRACTED;
        }
        if (status.getTrainedExamples() > 0) {
            return FeedbackState.TRAINED;
        }
        if (status.getActivePairs() > 0) {
            return FeedbackState.PAIRED;
        }
        if (status.getActiveSingles() > 0) {
            return FeedbackState.SINGLE;
        }
        if (status.getDeadLetters().stream().anyMatch(letter -> !letter.getResolved())) {
            return FeedbackState.DEAD_LETTER;
        }
        if (!status.getPairs().isEmpty() || !status.getSingles().isEmpty()) {
            return FeedbackState.UNPAIRED;
        }
        return status.getTurnId().isEmpty() ? FeedbackState.UNKNOWN : FeedbackState.ACCEPTED;
    }

    /** As pairing decides it: nobody takes back what another user said, or said elsewhere. */
    private static Optional<StatusRetraction> retraction(FeedbackStatus status) {
        return status.getRetractions().stream()
                .filter(retraction -> !status.getTurnId().isEmpty()
                        && retraction.getTurnId().equals(status.getTurnId())
                        && retraction.getUserId().equals(status.getUserId()))
                .findFirst();
    }
}
