package dev.attune.ingest.gateway.status;

import dev.attune.events.CheckpointCommitted;
import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which version serves, and from which ones it grew. A promotion changes one row here, and the answer for every event that any
 * of those versions learned from. Safe for use by several threads.
 */
final class Versions {
    /** Of so many the newest heard of are kept: about 30 MB, and at one version in five minutes a year. */
    static final int MOST = 100_000;

    private final int most;
    private final Map<String, Version> byName = new LinkedHashMap<>();
    /** Of each model what it serves and all that this grew from; made when asked for, gone when anything changes. */
    private final Map<Model, Served> served = new LinkedHashMap<>();

    private record Model(String owner, String modelId) {}

    private record Version(Model model, @Nullable String parent, ReleaseState state, Instant since) {}

    private record Served(@Nullable String version, Set<String> line) {}

    Versions() {
        this(MOST);
    }

    Versions(int most) {
        this.most = most;
    }

    synchronized void apply(CheckpointCommitted checkpoint) {
        Version before = byName.get(checkpoint.getVersion());
        put(
                checkpoint.getVersion(),
                new Version(
                        new Model(checkpoint.getTenant(), checkpoint.getModelId()),
                        checkpoint.getParent(),
                        before == null ? ReleaseState.UNKNOWN : before.state(),
                        before == null ? Instant.EPOCH : before.since()));
    }

    /** Events of a version come in their order. */
    synchronized void apply(ReleaseChanged release) {
        Version before = byName.get(release.getVersion());
        put(
                release.getVersion(),
                new Version(
                        new Model(release.getTenant(), release.getModelId()),
                        before == null ? null : before.parent(),
                        release.getState(),
                        release.getOccurredAt()));
    }

    private void put(String name, Version version) {
        byName.put(name, version);
        served.remove(version.model());
        if (byName.size() > most) {
            byName.remove(byName.keySet().iterator().next());
        }
    }

    /** Where a version's release stands; UNKNOWN where nothing was said of it. */
    synchronized ReleaseState state(String version) {
        Version known = byName.get(version);
        return known == null ? ReleaseState.UNKNOWN : known.state();
    }

    /** The version that users are answered with, where it is this one or grew from it. */
    synchronized Optional<String> servedIn(String owner, String modelId, String version) {
        Served now = served.computeIfAbsent(new Model(owner, modelId), this::find);
        return now.line().contains(version) ? Optional.ofNullable(now.version()) : Optional.empty();
    }

    /** Users are answered with what was promoted last, and not taken back since. */
    private Served find(Model model) {
        String newest = null;
        Instant newestSince = Instant.MIN;
        for (Map.Entry<String, Version> one : byName.entrySet()) {
            Version version = one.getValue();
            if (version.model().equals(model)
                    && version.state() == ReleaseState.PROMOTED
                    && version.since().isAfter(newestSince)) {
                newest = one.getKey();
                newestSince = version.since();
            }
        }
        Set<String> line = new HashSet<>();
        String grewFrom = newest;
        while (grewFrom != null && line.add(grewFrom)) {
            Version version = byName.get(grewFrom);
            grewFrom = version == null ? null : version.parent();
        }
        return new Served(newest, line);
    }
}
