package dev.attune.trainer.release;

import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The releases that were promoted and not rolled back since, whatever order they were heard of in. */
public final class PromotedReleases {
    private final Map<String, PromotedRelease> byVersion = new HashMap<>();

    /** @throws IllegalArgumentException if a promoted version is not of the digest beside it */
    void apply(ReleaseChanged event) {
        if (event.getState() == ReleaseState.PROMOTED) {
            PromotedRelease promoted = new PromotedRelease(event.getVersion(), event.getArtifactDigest());
            byVersion.put(promoted.version(), promoted);
        } else if (event.getState() == ReleaseState.ROLLED_BACK) {
            byVersion.remove(event.getVersion());
        }
    }

    /**
     * The newest release, where there is one after the other. Newer is what has more steps: along one line of checkpoints
     * that needs no clock, and versions of a topic with several partitions come in any order.
     *
     * @param followed null: none was
     * @param line whether a version is of the line of checkpoints that training goes on from
     */
    public Optional<PromotedRelease> newestAfter(@Nullable PromotedRelease followed, Predicate<String> line) {
        return byVersion.values().stream()
                .filter(release -> followed == null || release.step() > followed.step())
                .filter(release -> line.test(release.version()))
                .max(Comparator.comparingLong(PromotedRelease::step));
    }
}
