package dev.attune.publisher;

import dev.attune.artifacts.Digests;
import dev.attune.events.ReleaseState;
import dev.attune.publisher.log.ReleaseHistory;
import dev.attune.publisher.log.ReleaseHistory.Live;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.FencedException;
import dev.attune.publisher.release.Release;
import dev.attune.publisher.routes.RouteFile;
import dev.attune.publisher.routes.Traffic;
import dev.attune.publisher.store.pointer.Champion.Canary;
import dev.attune.publisher.store.pointer.Champion.Version;
import dev.attune.publisher.store.pointer.ChampionPointer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the store's pointer, and a gateway's route where there is one, at what the release log says that users get, for whoever
 * reads no Kafka; and asks the pointer whether this publisher may still touch serving. A pointer or a route that a kill kept
 * behind the log is moved at the next start.
 */
final class Champions {

    private final ChampionPointer pointer;
    private final String baseModel;
    private final @Nullable RouteFile route;
    private boolean moved;
    private @Nullable Version stable;
    private @Nullable Canary canary;

    /**
     * @param baseModel served name of the base, which users get as long as nothing is promoted
     * @param route null where no gateway has to be told
     */
    Champions(ChampionPointer pointer, String baseModel, @Nullable RouteFile route) {
        this.pointer = pointer;
        this.baseModel = baseModel;
        this.route = route;
    }

    /** @throws FencedException if a later publisher owns the pointer */
    void follow(ReleaseHistory history) {
        Version newStable =
                history.current().map(Live::candidate).map(Champions::version).orElse(null);
        Canary newCanary = history.in(ReleaseState.CANARY).stream()
                .flatMap(live -> canary(history, live.candidate()).stream())
                .findFirst()
                .orElse(null);
        if (moved && Objects.equals(stable, newStable) && Objects.equals(canary, newCanary)) {
            return;
        }
        try {
            pointer.move(newStable, newCanary);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot say in the store what serves", e);
        }
        // Only whom the pointer obeys may send users somewhere.
        route(newStable, newCanary);
        moved = true;
        stable = newStable;
        canary = newCanary;
    }

    private void route(@Nullable Version newStable, @Nullable Canary newCanary) {
        if (route == null) {
            return;
        }
        try {
            route.write(new Traffic(
                    newStable == null ? baseModel : newStable.servedName(),
                    newCanary == null ? null : newCanary.version().servedName(),
                    newCanary == null ? 0 : newCanary.share()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the route", e);
        }
    }

    /**
     * One small read, before serving is touched.
     *
     * @throws FencedException if a later publisher owns the pointer
     */
    void requireOwner() {
        try {
            pointer.requireOwner();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read in the store which publisher may release", e);
        }
    }

    /** Nothing while it is tried out in the shadow: nobody is answered with it. */
    private static Optional<Canary> canary(ReleaseHistory history, Candidate candidate) {
        return history.release(candidate)
                .filter(Release.Canary.class::isInstance)
                .map(release -> ((Release.Canary) release).share())
                .filter(share -> share > 0)
                .map(share -> new Canary(version(candidate), share, candidate.version()));
    }

    private static Version version(Candidate candidate) {
        return new Version(candidate.version(), candidate.servedName(), Digests.unprefixed(candidate.artifactDigest()));
    }
}
