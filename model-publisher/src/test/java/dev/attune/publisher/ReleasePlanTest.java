package dev.attune.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.CheckpointKind;
import dev.attune.publisher.log.ReleaseHistories;
import dev.attune.publisher.log.ReleaseHistory;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.RejectReason;
import dev.attune.publisher.release.Release;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReleasePlanTest {

    private static final Candidate V1 = candidate("v1", 1);
    private static final Candidate V2 = candidate("v2", 2);
    private static final Candidate V3 = candidate("v3", 3);

    @Test
    void theNewestIsNextAndTheOthersAreSkipped() {
        ReleasePlan plan = ReleasePlan.of(List.of(V2, V3, V1), ReleaseHistories.of(), false);

        assertThat(plan).isEqualTo(new ReleasePlan(List.of(), List.of(V1, V2), "v3", null, V3));
    }

    @Test
    void whatIsEndedIsNotTakenUpAgain() {
        ReleaseHistory history = ReleaseHistories.of(
                Release.received(V1).supersede("v2"),
                Release.received(V2).reject(RejectReason.NOT_FINITE, "NaN", Map.of()),
                new Release.Promoted(V3, List.of(), null, Map.of(), ""));

        assertThat(ReleasePlan.of(List.of(V1, V2, V3), history, false))
                .isEqualTo(new ReleasePlan(List.of(), List.of(), null, null, null));
    }

    @Test
    void aReleaseThatWasCutOffIsTakenUpAgain() {
        ReleaseHistory history = ReleaseHistories.of(
                new Release.Promoted(V1, List.of(), null, Map.of(), ""),
                Release.received(V2).validated());

        assertThat(ReleasePlan.of(List.of(V1, V2), history, false))
                .isEqualTo(new ReleasePlan(List.of(), List.of(), null, null, V2));
    }

    @Test
    void nothingOlderThanWhatIsLiveIsReleased() {
        ReleaseHistory history = ReleaseHistories.of(new Release.Promoted(V3, List.of(), null, Map.of(), ""));

        assertThat(ReleasePlan.of(List.of(V2, V3), history, false))
                .isEqualTo(new ReleasePlan(List.of(), List.of(V2), "v3", null, null));
    }

    @Test
    void aWholeModelIsRefusedAndTakesNoAdaptersPlace() {
        Candidate model = wholeModel("v4", 4);

        assertThat(ReleasePlan.of(List.of(model, V3), ReleaseHistories.of(), false))
                .isEqualTo(new ReleasePlan(List.of(model), List.of(), null, null, V3));
        ReleaseHistory history =
                ReleaseHistories.of(Release.received(model).reject(RejectReason.NOT_AN_ADAPTER, "a model", Map.of()));
        assertThat(ReleasePlan.of(List.of(model), history, false))
                .isEqualTo(new ReleasePlan(List.of(), List.of(), null, null, null));
    }

    @Test
    void whatUsersJudgeIsHeldAndNewerOnesWait() {
        ReleaseHistory history = ReleaseHistories.of(
                new Release.Promoted(V1, List.of(), null, Map.of(), ""),
                new Release.Canary(V2, List.of(), Map.of(), "v1", 0.1, Instant.EPOCH, ""));

        assertThat(ReleasePlan.of(List.of(V1, V2, V3), history, false))
                .isEqualTo(new ReleasePlan(List.of(), List.of(), null, V2, V3));
        Candidate v4 = candidate("v4", 4);
        assertThat(ReleasePlan.of(List.of(V1, V2, V3, v4), history, false))
                .isEqualTo(new ReleasePlan(List.of(), List.of(V3), "v4", V2, v4));
    }

    @Test
    void whatIsVerifiedIsHeldOnlyWhereAPersonDecides() {
        ReleaseHistory history = ReleaseHistories.of(new Release.Verified(V2, List.of(), Map.of()));

        assertThat(ReleasePlan.of(List.of(V2, V3), history, true))
                .isEqualTo(new ReleasePlan(List.of(), List.of(), null, V2, V3));
        assertThat(ReleasePlan.of(List.of(V2, V3), history, false))
                .isEqualTo(new ReleasePlan(List.of(), List.of(V2), "v3", null, V3));
    }

    @Test
    void whatWasRolledBackIsNotTakenUpAgain() {
        ReleaseHistory history = ReleaseHistories.of(
                new Release.Promoted(V1, List.of(), null, Map.of(), ""),
                new Release.Promoted(V2, List.of(), "v1", Map.of(), ""),
                new Release.Promoted(V2, List.of(), "v1", Map.of(), "")
                        .rollBack("v1", RejectReason.ROLLED_BACK_BY_HAND, "", Map.of(), "ann"));

        assertThat(ReleasePlan.of(List.of(V1, V2), history, false))
                .isEqualTo(new ReleasePlan(List.of(), List.of(), null, null, null));
        assertThat(history.current().orElseThrow().version()).isEqualTo("v1");
    }

    private static Candidate wholeModel(String version, long second) {
        Candidate adapter = candidate(version, second);
        return new Candidate(
                adapter.tenant(),
                adapter.modelId(),
                version,
                null,
                adapter.artifactDigest(),
                adapter.artifactUri(),
                adapter.committedAt(),
                false,
                CheckpointKind.MODEL);
    }

    private static Candidate candidate(String version, long second) {
        return new Candidate(
                "acme", "support", version, null, "sha256:" + version, "file:///x", Instant.ofEpochSecond(second));
    }
}
