package dev.attune.publisher.canary;

import dev.attune.publisher.canary.Said.Edit;
import dev.attune.publisher.canary.Said.Opinion;
import dev.attune.publisher.canary.Said.Pick;
import dev.attune.publisher.canary.Said.Place;
import dev.attune.publisher.canary.Said.Retraction;
import dev.attune.publisher.canary.Said.Thumb;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What one user said since the canary began, until it is counted. Order and repetition of events do not matter. */
final class Ballot {
    /** Of more, those that were received first count. */
    static final int MOST_EVENTS = 64;

    private static final Comparator<Said> BY_ARRIVAL =
            Comparator.comparing(Said::receivedAt).thenComparing(Said::eventId);

    private final Map<String, Said> events = new HashMap<>();

    /**
     * What a user's opinions come to.
     *
     * @param canary the mean over the canary's answers of 1 for a good one and 0 for a bad one; null where nothing was said of any
     * @param stable the same of the stable version's
     */
    record Voice(@Nullable Double canary, @Nullable Double stable) {
        boolean isSilent() {
            return canary == null && stable == null;
        }
    }

    void add(Said said) {
        events.merge(said.eventId(), said, (one, other) -> BY_ARRIVAL.compare(one, other) <= 0 ? one : other);
        if (events.size() > MOST_EVENTS) {
            events.values().stream().max(BY_ARRIVAL).ifPresent(last -> events.remove(last.eventId()));
        }
    }

    /** When the first of them was received. */
    Instant since() {
        return events.values().stream()
                .map(Said::receivedAt)
                .min(Instant::compareTo)
                .orElse(Instant.MAX);
    }

    /** The events after that time; empty where there are none. */
    Optional<Ballot> after(Duration settleAfter) {
        Instant until = since().plus(settleAfter);
        Ballot rest = new Ballot();
        events.values().stream()
                .filter(said -> said.receivedAt().isAfter(until))
                .forEach(rest::add);
        return rest.events.isEmpty() ? Optional.empty() : Optional.of(rest);
    }

    /**
     * What was said in the time from the first event on.
     *
     * @param arms null for an answer of neither version
     */
    Voice voice(Duration settleAfter, Function<String, @Nullable Arm> arms) {
        Instant until = since().plus(settleAfter);
        Map<Place, Opinion> latest = new HashMap<>();
        Set<String> retracted = new HashSet<>();
        for (Said said : events.values()) {
            if (said.receivedAt().isAfter(until)) {
                continue;
            }
            switch (said) {
                case Opinion opinion ->
                    latest.merge(
                            opinion.place(),
                            opinion,
                            (one, other) -> Said.BY_TIME.compare(one, other) > 0 ? one : other);
                case Retraction retraction -> retracted.add(retraction.retractedEventId());
            }
        }
        // An older opinion does not come back when the newest one is retracted.
        latest.values().removeIf(opinion -> retracted.contains(opinion.eventId()));
        return voice(latest.values().stream().sorted(Said.BY_TIME).toList(), arms);
    }

    /** A pick between the versions speaks for both its answers, an edit for its own; a thumb where there is neither. */
    private static Voice voice(List<Opinion> standing, Function<String, @Nullable Arm> arms) {
        Map<String, Double> thumbs = new HashMap<>();
        Map<String, Double> edits = new HashMap<>();
        Map<String, Double> picks = new HashMap<>();
        for (Opinion opinion : standing) {
            switch (opinion) {
                case Thumb thumb -> {
                    if (thumb.direction() != Thumb.Direction.CLEARED) {
                        thumbs.put(thumb.answerId(), thumb.direction() == Thumb.Direction.UP ? 1.0 : 0.0);
                    }
                }
                case Edit edit -> edits.put(edit.answerId(), 0.0);
                case Pick pick -> {
                    Arm first = arms.apply(pick.firstId());
                    Arm second = arms.apply(pick.secondId());
                    // Between two answers of one version it says nothing of the other.
                    if (first != null && second != null && first != second) {
                        picks.put(pick.firstId(), pick.ofFirst());
                        picks.put(pick.secondId(), pick.ofSecond());
                    }
                }
            }
        }
        Map<String, Double> values = new HashMap<>(thumbs);
        values.putAll(edits);
        values.putAll(picks);
        return new Voice(mean(values, Arm.CANARY, arms), mean(values, Arm.STABLE, arms));
    }

    private static @Nullable Double mean(Map<String, Double> values, Arm arm, Function<String, @Nullable Arm> arms) {
        List<Double> ofArm = new ArrayList<>();
        values.forEach((answerId, value) -> {
            if (arms.apply(answerId) == arm) {
                ofArm.add(value);
            }
        });
        return ofArm.isEmpty()
                ? null
                : ofArm.stream().mapToDouble(Double::doubleValue).sum() / ofArm.size();
    }
}
