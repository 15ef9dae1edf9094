package dev.attune.publisher.desk;

import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The newest releases of one model, each with the events that it went through. Safe for several threads. */
final class ReleaseBoard {

    private static final int MOST = 200;

    private final Map<String, List<ReleaseChanged>> byVersion = new LinkedHashMap<>();

    /** Events of a version have to come in their order. */
    synchronized void apply(ReleaseChanged event) {
        byVersion
                .computeIfAbsent(event.getVersion(), version -> new ArrayList<>())
                .add(event);
        if (byVersion.size() > MOST) {
            forgetOldest();
        }
    }

    /** What serves is never forgotten, however old it is. */
    private void forgetOldest() {
        byVersion.entrySet().stream()
                .filter(entry -> !isServing(entry.getValue().getLast().getState()))
                .min(Comparator.comparing(entry -> entry.getValue().getLast().getOccurredAt()))
                .map(Map.Entry::getKey)
                .ifPresent(byVersion::remove);
    }

    /** The newest event of each release, the newest first. */
    synchronized List<ReleaseChanged> newest() {
        return byVersion.values().stream()
                .map(List::getLast)
                .sorted(Comparator.comparing(ReleaseChanged::getOccurredAt).reversed())
                .toList();
    }

    /** All events of a release, the oldest first; none where it is not known. */
    synchronized List<ReleaseChanged> events(String version) {
        return List.copyOf(byVersion.getOrDefault(version, List.of()));
    }

    /** The newest event of a release. */
    Optional<ReleaseChanged> newest(String version) {
        List<ReleaseChanged> events = events(version);
        return events.isEmpty() ? Optional.empty() : Optional.of(events.getLast());
    }

    /** What users are answered with; empty for the base. */
    Optional<ReleaseChanged> current() {
        return newest().stream()
                .filter(event -> event.getState() == ReleaseState.PROMOTED)
                .findFirst();
    }

    /** What a share of the users is answered with. */
    Optional<ReleaseChanged> canary() {
        return newest().stream()
                .filter(event -> event.getState() == ReleaseState.CANARY)
                .findFirst();
    }

    private static boolean isServing(ReleaseState state) {
        return state == ReleaseState.PROMOTED || state == ReleaseState.CANARY;
    }
}
