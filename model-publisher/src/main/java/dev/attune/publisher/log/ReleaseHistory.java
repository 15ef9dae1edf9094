package dev.attune.publisher.log;

import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.Release;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the release events of one model say has been done: the newest event of each version that has not ended, and of the
 * others no more than that they did. Not safe for several threads.
 */
public final class ReleaseHistory {

    private final Map<String, ReleaseChanged> openByVersion = new HashMap<>();
    private final Map<String, ReleaseState> endByVersion = new HashMap<>();
    private final Map<String, Instant> rolledBackAt = new HashMap<>();
    private final Set<String> promoted = new HashSet<>();

    /**
     * A version that replicas have.
     *
     * @param candidate as its release event names it
     * @param since when it came into the state that it is in
     */
    public record Live(Candidate candidate, Instant since) {

        private Live(ReleaseChanged event) {
            this(ReleaseEvents.candidate(event), event.getOccurredAt());
        }

        public String version() {
            return candidate.version();
        }
    }

    /** Events of a version have to come in their order; between versions any order gives the same. */
    void apply(ReleaseChanged event) {
        String version = event.getVersion();
        switch (event.getState()) {
            case RETIRED, SUPERSEDED, REJECTED -> end(event);
            case ROLLED_BACK -> {
                end(event);
                rolledBackAt.put(version, event.getOccurredAt());
            }
            case PROMOTED -> {
                promoted.add(version);
                openByVersion.put(version, event);
            }
            case RECEIVED, VALIDATED, STORED, SIGNED, LOADING, LOADED, VERIFIED, CANARY, DRAINING ->
                openByVersion.put(version, event);
            case UNKNOWN -> throw new IllegalArgumentException("a state that this publisher does not know");
        }
    }

    private void end(ReleaseChanged event) {
        openByVersion.remove(event.getVersion());
        endByVersion.put(event.getVersion(), event.getState());
    }

    /** The state that the version is in; empty where nothing was announced of it. */
    public Optional<ReleaseState> state(String version) {
        ReleaseChanged open = openByVersion.get(version);
        return Optional.ofNullable(open == null ? endByVersion.get(version) : open.getState());
    }

    /** The release of a candidate where it has not ended, to go on with; empty also where it was never begun. */
    public Optional<Release> release(Candidate candidate) {
        return Optional.ofNullable(openByVersion.get(candidate.version()))
                .flatMap(event -> ReleaseEvents.release(candidate, event));
    }

    /** Whether the version was begun and has not ended. */
    public boolean isOpen(String version) {
        return openByVersion.containsKey(version);
    }

    /** Whether all users were answered with the version once. */
    public boolean wasPromoted(String version) {
        return promoted.contains(version);
    }

    /** Versions that users are answered with, or can be again at once, the newest promotion first. */
    public List<Live> promoted() {
        return in(ReleaseState.PROMOTED);
    }

    /** What users are answered with; empty for the base. */
    public Optional<Live> current() {
        return promoted().stream().findFirst();
    }

    /** What no new request is to go to. */
    public List<Live> draining() {
        return in(ReleaseState.DRAINING);
    }

    /** When the version was rolled back, where it was. */
    public Optional<Instant> rolledBackAt(String version) {
        return Optional.ofNullable(rolledBackAt.get(version));
    }

    /** Versions that are in this state, and have not ended with it; the newest first. */
    public List<Live> in(ReleaseState state) {
        return openByVersion.values().stream()
                .filter(event -> event.getState() == state)
                .map(Live::new)
                .sorted(Comparator.comparing(Live::since).reversed())
                .toList();
    }
}
