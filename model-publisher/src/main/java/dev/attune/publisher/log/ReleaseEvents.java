package dev.attune.publisher.log;

import dev.attune.events.ReleaseChanged;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.Release;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Turns releases into events. */
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
            case Release.Loading loading -> event.setReplicas(loading.replicas());
            case Release.Loaded loaded -> event.setReplicas(loaded.replicas());
            case Release.Verified verified ->
                event.setReplicas(verified.replicas()).setMeasurements(verified.measurements());
            case Release.Promoted promoted ->
                event.setReplicas(promoted.replicas())
                        .setMeasurements(promoted.measurements())
                        .setPreviousVersion(promoted.previousVersion());
            case Release.Retired retired -> {}
            case Release.Superseded superseded ->
                event.setReason(Release.Superseded.REASON).setDetail(superseded.newerVersion() + " is newer");
            case Release.Rejected rejected ->
                event.setReason(rejected.reason().tag())
                        .setDetail(rejected.detail())
                        .setMeasurements(rejected.measurements());
        }
        return event.build();
    }

    /** Of the content, not of chance: the event of a state that is announced twice is the same event. */
    private static String eventId(Release release) {
        String name = String.join(
                "\n", List.of(release.candidate().key(), release.state().name()));
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
