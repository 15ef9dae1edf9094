package dev.attune.publisher;

import dev.attune.publisher.log.ReleaseHistory;
import dev.attune.publisher.release.Candidate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What to do next, by the checkpoints that exist and what was done before: the newest wins.
 *
 * @param refused never to be released, since replicas cannot load them: they take no other's place
 * @param skipped superseded by {@code by}, oldest first
 * @param by the newest version of all, or null where nothing is skipped
 * @param next to be released, or null
 */
record ReleasePlan(
        List<Candidate> refused,
        List<Candidate> skipped,
        @Nullable String by,
        @Nullable Candidate next) {

    static ReleasePlan of(Collection<Candidate> candidates, ReleaseHistory history) {
        List<Candidate> byAge = candidates.stream().sorted(Candidate.BY_AGE).toList();
        Map<Boolean, List<Candidate>> openByLoadable = byAge.stream()
                .filter(candidate -> !history.isEnded(candidate.version()))
                .collect(Collectors.partitioningBy(Candidate::isAdapter));
        List<Candidate> refused = openByLoadable.getOrDefault(false, List.of());
        List<Candidate> open = openByLoadable.getOrDefault(true, List.of());
        if (open.isEmpty()) {
            return new ReleasePlan(refused, List.of(), null, null);
        }
        Candidate newestOpen = open.getLast();
        // What was decided already counts too: nothing older than a version that was promoted is released after it.
        Candidate newest = byAge.stream()
                .filter(candidate -> candidate.equals(newestOpen)
                        || history.live().stream()
                                .anyMatch(live -> live.candidate().version().equals(candidate.version())))
                .max(Candidate.BY_AGE)
                .orElse(newestOpen);
        List<Candidate> skipped =
                open.stream().filter(candidate -> !candidate.equals(newest)).toList();
        return new ReleasePlan(
                refused,
                skipped,
                skipped.isEmpty() ? null : newest.version(),
                newest.equals(newestOpen) ? newestOpen : null);
    }
}
