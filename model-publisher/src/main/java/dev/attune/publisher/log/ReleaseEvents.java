package dev.attune.publisher.log;

import dev.attune.events.ReleaseChanged;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.Release;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Turns releases into events, and what goes on after a restart back into releases. */
final class ReleaseEvents {

    private ReleaseEvents() {}

    static ReleaseChanged event(Release release, Instant now) {
        Candidate candidate = release.candidate();
        ReleaseChanged.Builder event = ReleaseChanged.newBuilder()
                .setEventId(eventId(release))
                .setTenant(candidate.tenant())
                .setModelId(candidate.modelId())
                .setOccurredAt(now)
                .setReceivedAt(candidate.committedAt())
                .setVersion(candidate.version())
                .setServedName(candidate.servedName())
                .setArtifactDigest(candidate.artifactDigest())
                .setState(release.state());
        switch (release) {
            case Release.Received received -> {}
            case Release.Validated validated -> {}
            case Release.Stored stored -> {}
            case Release.Signed signed -> {}
            case Release.Loading loading -> event.setReplicas(loading.replicas());
            case Release.Loaded loaded -> event.setReplicas(loaded.replicas());
            case Release.Verified verified ->
                event.setReplicas(verified.replicas()).setMeasurements(verified.measurements());
            case Release.Canary canary ->
                event.setOccurredAt(canary.since())
                        .setReplicas(canary.replicas())
                        .setMeasurements(canary.measurements())
                        .setPreviousVersion(canary.stableVersion())
                        .setCanaryShare(canary.share())
                        .setBy(canary.by());
            case Release.Promoted promoted ->
                event.setReplicas(promoted.replicas())
                        .setMeasurements(promoted.measurements())
                        .setPreviousVersion(promoted.previousVersion())
                        .setBy(promoted.by());
            case Release.Draining draining -> {}
            case Release.Retired retired -> {}
            case Release.Superseded superseded ->
                event.setReason(Release.Superseded.REASON).setDetail(superseded.newerVersion() + " is newer");
            case Release.Rejected rejected ->
                event.setReason(rejected.reason().tag())
                        .setDetail(rejected.detail())
                        .setMeasurements(rejected.measurements())
                        .setBy(rejected.by());
            case Release.RolledBack rolledBack ->
                event.setReason(rolledBack.reason().tag())
                        .setDetail(rolledBack.detail())
                        .setMeasurements(rolledBack.measurements())
                        .setPreviousVersion(rolledBack.currentVersion())
                        .setBy(rolledBack.by());
        }
        return event.build();
    }

    /**
     * The release that an event speaks of; empty where it has ended.
     *
     * @param candidate as its checkpoint announced it: the event does not say where it lies
     */
    static Optional<Release> release(Candidate candidate, ReleaseChanged event) {
        List<String> replicas = List.copyOf(event.getReplicas());
        return switch (event.getState()) {
            case RECEIVED -> Optional.of(new Release.Received(candidate));
            case VALIDATED -> Optional.of(new Release.Validated(candidate));
            case STORED -> Optional.of(new Release.Stored(candidate));
            case SIGNED -> Optional.of(new Release.Signed(candidate));
            case LOADING -> Optional.of(new Release.Loading(candidate, replicas));
            case LOADED -> Optional.of(new Release.Loaded(candidate, replicas));
            case VERIFIED -> Optional.of(new Release.Verified(candidate, replicas, event.getMeasurements()));
            case CANARY ->
                Optional.of(new Release.Canary(
                        candidate,
                        replicas,
                        event.getMeasurements(),
                        event.getPreviousVersion(),
                        event.getCanaryShare(),
                        event.getOccurredAt(),
                        event.getBy()));
            case PROMOTED ->
                Optional.of(new Release.Promoted(
                        candidate, replicas, event.getPreviousVersion(), event.getMeasurements(), event.getBy()));
            case DRAINING -> Optional.of(new Release.Draining(candidate));
            case UNKNOWN, RETIRED, SUPERSEDED, REJECTED, ROLLED_BACK -> Optional.empty();
        };
    }

    /** What the event itself says of the candidate: enough to find it in the store, and on replicas. */
    static Candidate candidate(ReleaseChanged event) {
        return new Candidate(
                event.getTenant(),
                event.getModelId(),
                event.getVersion(),
                null,
                event.getArtifactDigest(),
                "",
                event.getReceivedAt());
    }

    /** Of the content, not of chance: the event of a state that is announced twice is the same event. */
    private static String eventId(Release release) {
        String name = String.join(
                "\n", List.of(release.candidate().key(), release.state().name()));
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
