package dev.attune.publisher.log;

import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.Release;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the release events of one model say has been done. Not safe for several threads. */
public final class ReleaseHistory {

    private static final Set<ReleaseState> ENDS = EnumSet.of(
            ReleaseState.PROMOTED,
            ReleaseState.RETIRED,
            ReleaseState.SUPERSEDED,
            ReleaseState.REJECTED,
            ReleaseState.ROLLED_BACK);

    private final Map<String, Set<ReleaseState>> statesByVersion = new HashMap<>();
    private final Map<String, Live> liveByVersion = new HashMap<>();

    /**
     * A promoted version that is still loaded.
     *
     * @param candidate as its release event names it
     * @param promotedAt when it was promoted
     */
    public record Live(Candidate candidate, Instant promotedAt) {

        Live(ReleaseChanged promoted) {
            this(
                    new Candidate(
                            promoted.getTenant(),
                            promoted.getModelId(),
                            promoted.getVersion(),
                            null,
                            promoted.getArtifactDigest(),
                            "",
                            promoted.getReceivedAt()),
                    promoted.getOccurredAt());
        }

        /** The release in the state that it is in. */
        public Release.Promoted release() {
            return new Release.Promoted(candidate, List.of(), null, Map.of());
        }
    }

    /** Events of a version have to come in their order; between versions any order gives the same. */
    void apply(ReleaseChanged event) {
        statesByVersion
                .computeIfAbsent(event.getVersion(), version -> EnumSet.noneOf(ReleaseState.class))
                .add(event.getState());
        switch (event.getState()) {
            case PROMOTED -> liveByVersion.put(event.getVersion(), new Live(event));
            case RETIRED, ROLLED_BACK -> liveByVersion.remove(event.getVersion());
            case UNKNOWN,
                    RECEIVED,
                    VALIDATED,
                    STORED,
                    SIGNED,
                    LOADING,
                    LOADED,
                    VERIFIED,
                    CANARY,
                    DRAINING,
                    SUPERSEDED,
                    REJECTED -> {}
        }
    }

    /** Whether the release has been in this state: then it is not announced again. */
    public boolean isRecorded(String version, ReleaseState state) {
        return statesByVersion.getOrDefault(version, Set.of()).contains(state);
    }

    /** Whether nothing is left to do for the version. */
    public boolean isEnded(String version) {
        return statesByVersion.getOrDefault(version, Set.of()).stream().anyMatch(ENDS::contains);
    }

    /** Versions that are loaded, the newest promotion first. */
    public List<Live> live() {
        return liveByVersion.values().stream()
                .sorted(Comparator.comparing(Live::promotedAt).reversed())
                .toList();
    }

    /** What users are answered with; empty for the base. */
    public Optional<Live> current() {
        return live().stream().findFirst();
    }
}
