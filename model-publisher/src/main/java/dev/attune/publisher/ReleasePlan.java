package dev.attune.publisher;

import dev.attune.events.ReleaseState;
import dev.attune.publisher.log.ReleaseHistory;
import dev.attune.publisher.log.ReleaseHistory.Live;
import dev.attune.publisher.release.Candidate;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What to do next, by the checkpoints that exist and what was done before: the newest wins, but what users or a person
 * judge is judged to its end.
 *
 * @param refused never to be released, since replicas cannot load them: they take no other's place
 * @param skipped superseded by {@code by}, oldest first
 * @param by the newest version of all, or null where nothing is skipped
 * @param held under judgement, and gone on with before all others; null where nothing is
 * @param next to be released, or null
 */
record ReleasePlan(
        List<Candidate> refused,
        List<Candidate> skipped,
        @Nullable String by,
        @Nullable Candidate held,
        @Nullable Candidate next) {

    /** Done with, or with users. */
    private static final Set<ReleaseState> DECIDED = EnumSet.of(
            ReleaseState.PROMOTED,
            ReleaseState.DRAINING,
            ReleaseState.RETIRED,
            ReleaseState.SUPERSEDED,
            ReleaseState.REJECTED,
            ReleaseState.ROLLED_BACK);

    /** @param approval whether a person judges what is verified */
    static ReleasePlan of(Collection<Candidate> candidates, ReleaseHistory history, boolean approval) {
        List<Candidate> byAge = candidates.stream().sorted(Candidate.BY_AGE).toList();
        Map<Boolean, List<Candidate>> openByLoadable = byAge.stream()
                .filter(candidate -> history.state(candidate.version())
                        .filter(DECIDED::contains)
                        .isEmpty())
                .collect(Collectors.partitioningBy(Candidate::isAdapter));
        List<Candidate> refused = openByLoadable.getOrDefault(false, List.of());
        List<Candidate> adapters = openByLoadable.getOrDefault(true, List.of());
        Candidate held = adapters.stream()
                .filter(candidate -> isHeld(history.state(candidate.version()), approval))
                .reduce((older, newer) -> newer)
                .orElse(null);
        List<Candidate> open =
                adapters.stream().filter(candidate -> !candidate.equals(held)).toList();
        if (open.isEmpty()) {
            return new ReleasePlan(refused, List.of(), null, held, null);
        }
        Candidate newestOpen = open.getLast();
        // What was decided already counts too: nothing older than a version that users have is released after it.
        Candidate newest = byAge.stream()
                .filter(candidate -> candidate.equals(newestOpen)
                        || candidate.equals(held)
                        || history.promoted().stream().map(Live::version).anyMatch(candidate.version()::equals))
                .max(Candidate.BY_AGE)
                .orElse(newestOpen);
        List<Candidate> skipped =
                open.stream().filter(candidate -> !candidate.equals(newest)).toList();
        return new ReleasePlan(
                refused,
                skipped,
                skipped.isEmpty() ? null : newest.version(),
                held,
                newest.equals(newestOpen) ? newestOpen : null);
    }

    private static boolean isHeld(Optional<ReleaseState> state, boolean approval) {
        return state.filter(at -> at == ReleaseState.CANARY || (approval && at == ReleaseState.VERIFIED))
                .isPresent();
    }
}
