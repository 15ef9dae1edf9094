package dev.attune.publisher.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.RejectReason;
import dev.attune.publisher.release.Release;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReleaseHistoryTest {

    private final ReleaseHistory history = new ReleaseHistory();

    @Test
    void theNewestPromotionIsCurrentAndARetiredVersionIsNotLive() {
        apply(promoted("v1"), 10);
        apply(promoted("v3"), 30);
        apply(promoted("v2"), 20);
        apply(promoted("v1").draining().retired(), 40);

        assertThat(history.promoted().stream().map(live -> live.candidate().version()))
                .containsExactly("v3", "v2");
        assertThat(history.current().orElseThrow().candidate().artifactDigest()).isEqualTo("sha256:v3");
    }

    @Test
    void aReleaseThatWasCutOffIsNotEnded() {
        apply(Release.received(candidate("v1")), 1);
        apply(Release.received(candidate("v1")).validated(), 2);

        assertThat(history.isOpen("v1")).isTrue();
        assertThat(history.state("v1")).contains(ReleaseState.VALIDATED);
        assertThat(history.release(candidate("v1"))).contains(new Release.Validated(candidate("v1")));
    }

    @Test
    void rejectedAndSupersededAreEnds() {
        apply(Release.received(candidate("v1")).reject(RejectReason.NOT_FINITE, "NaN", Map.of()), 1);
        apply(Release.received(candidate("v2")).supersede("v3"), 1);

        assertThat(history.isOpen("v1")).isFalse();
        assertThat(history.isOpen("v2")).isFalse();
        assertThat(history.release(candidate("v1"))).isEmpty();
        assertThat(history.current()).isEmpty();
    }

    @Test
    void anEventSaysWhatThePublisherKnows() {
        ReleaseChanged event = ReleaseEvents.event(
                Release.received(candidate("v2"))
                        .validated()
                        .stored()
                        .loading(List.of("http://a"))
                        .loaded()
                        .verified(Map.of("gate.kl", 1.0))
                        .promoted("v1", Map.of("freshness.pairs", 2.0), "ann"),
                Instant.ofEpochSecond(7));

        assertThat(event.getState()).isEqualTo(ReleaseState.PROMOTED);
        assertThat(event.getServedName()).isEqualTo("support-v2");
        assertThat(event.getPreviousVersion()).isEqualTo("v1");
        assertThat(event.getReplicas()).containsExactly("http://a");
        assertThat(event.getMeasurements()).containsEntry("gate.kl", 1.0).containsEntry("freshness.pairs", 2.0);
        assertThat(event.getOccurredAt()).isEqualTo(Instant.ofEpochSecond(7));
    }

    @Test
    void everyStateThatGoesOnComesBackFromItsEvent() {
        Candidate one = candidate("v1");
        List<String> replicas = List.of("http://a");
        Release.Verified verified = new Release.Verified(one, replicas, Map.of("gate.kl", 1.0));
        Release.Canary canary = verified.canary("v0", 0.25, Instant.ofEpochSecond(5), "ann");
        List<Release> all = List.of(
                new Release.Received(one),
                new Release.Validated(one),
                new Release.Stored(one),
                new Release.Signed(one),
                new Release.Loading(one, replicas),
                new Release.Loaded(one, replicas),
                verified,
                canary,
                canary.promoted(Map.of("canary.wins", 0.6), "ann"),
                new Release.Draining(one));

        for (Release release : all) {
            apply(release, 7);
            assertThat(history.release(one)).contains(release);
        }
    }

    @Test
    void theEventOfAStateIsAlwaysTheSameEvent() {
        Release.Received received = Release.received(candidate("v1"));

        String first = ReleaseEvents.event(received, Instant.EPOCH).getEventId();

        assertThat(ReleaseEvents.event(received, Instant.MAX.minusSeconds(1)).getEventId())
                .isEqualTo(first);
        assertThat(ReleaseEvents.event(received.validated(), Instant.EPOCH).getEventId())
                .isNotEqualTo(first);
        assertThat(ReleaseEvents.event(Release.received(candidate("v2")), Instant.EPOCH)
                        .getEventId())
                .isNotEqualTo(first);
    }

    private void apply(Release release, long second) {
        history.apply(ReleaseEvents.event(release, Instant.ofEpochSecond(second)));
    }

    private static Release.Promoted promoted(String version) {
        return new Release.Promoted(candidate(version), List.of(), null, Map.of(), "");
    }

    private static Candidate candidate(String version) {
        return new Candidate("acme", "support", version, null, "sha256:" + version, "file:///x", Instant.EPOCH);
    }
}
