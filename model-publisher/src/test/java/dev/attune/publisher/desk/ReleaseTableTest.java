package dev.attune.publisher.desk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseCommand;
import dev.attune.events.ReleaseState;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReleaseTableTest {

    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");

    private final ReleaseBoard board = new ReleaseBoard();

    @Test
    void withoutAReleaseItSaysWhatUsersGet() {
        assertThat(table().list(10)).isEqualTo("no release yet: users are answered with the base");
    }

    @Test
    void theNewestComesFirstAndWhatServesIsMarked() {
        board.apply(event("v1", ReleaseState.PROMOTED, 7200).build());
        board.apply(
                event("v2", ReleaseState.PROMOTED, 600).setPreviousVersion("v1").build());
        board.apply(event("v3", ReleaseState.REJECTED, 60)
                .setReason("kl_too_high")
                .setDetail("3.4 nats, at most 3")
                .build());
        board.apply(event("v4", ReleaseState.CANARY, 5).setCanaryShare(0.1).build());

        assertThat(table().list(10)).isEqualTo("""
                    VERSION                STATE        SINCE
                ◐   v4                     canary       5 s      10% of users
                    v3                     rejected     60 s     kl_too_high: 3.4 nats, at most 3
                ▶   v2                     promoted     10 min   after v1
                    v1                     promoted     2 h      after the base""");
        assertThat(table().list(1)).hasLineCount(2);
    }

    @Test
    void inTheShadowItServesNobody() {
        board.apply(event("v1", ReleaseState.PROMOTED, 600).build());
        board.apply(event("v2", ReleaseState.CANARY, 5).setBy("ann").build());

        assertThat(table().list(10)).isEqualTo("""
                    VERSION                STATE        SINCE
                    v2                     canary       5 s      asked in the shadow, serves nobody (ann)
                ▶   v1                     promoted     10 min   after the base""");
        assertThat(table().show("v2")).isEqualTo("""
                v2
                  2026-01-01T23:59:55Z  canary       asked in the shadow, serves nobody (ann)""");
    }

    @Test
    void oneReleaseShowsItsWayAndItsFigures() {
        board.apply(event("v1", ReleaseState.VERIFIED, 30)
                .setMeasurements(Map.of("gate.kl", 1.25))
                .build());
        board.apply(event("v1", ReleaseState.ROLLED_BACK, 10)
                .setReason("rolled_back_by_hand")
                .setDetail("by ann: rude")
                .build());

        assertThat(table().show("v1")).isEqualTo("""
                v1
                  2026-01-01T23:59:30Z  verified
                  2026-01-01T23:59:50Z  rolled back  rolled_back_by_hand, back to the base: by ann: rude
                    gate.kl                          1.250""");
    }

    @Test
    void ofManyTheOldestAreForgottenButNeverWhatServes() {
        board.apply(event("v0", ReleaseState.PROMOTED, 100_000).build());
        for (int i = 1; i <= 300; i++) {
            board.apply(event("v" + i, ReleaseState.REJECTED, 90_000 - i).build());
        }

        assertThat(board.newest()).hasSize(200);
        assertThat(board.current().orElseThrow().getVersion()).isEqualTo("v0");
        assertThat(board.events("v1")).isEmpty();
        assertThat(board.events("v300")).hasSize(1);
    }

    @Test
    void whatMakesNoSenseInAStateIsObjectedTo() {
        ReleaseChanged promoted = event("v1", ReleaseState.PROMOTED, 1).build();
        ReleaseChanged verified = event("v1", ReleaseState.VERIFIED, 1).build();

        assertThat(Instruction.objection(ReleaseCommand.ROLL_BACK, promoted)).isEmpty();
        assertThat(Instruction.objection(ReleaseCommand.APPROVE, verified)).isEmpty();
        assertThat(Instruction.objection(ReleaseCommand.PROMOTE, promoted))
                .contains("v1 is promoted: only what is on its way, or a canary, can be promoted");
        assertThat(Instruction.objection(ReleaseCommand.ROLL_BACK, verified))
                .contains("v1 is verified: only what users are answered with can be rolled back");
    }

    private ReleaseTable table() {
        return new ReleaseTable(board, NOW);
    }

    private static ReleaseChanged.Builder event(String version, ReleaseState state, long secondsAgo) {
        return ReleaseChanged.newBuilder()
                .setEventId(version + state)
                .setTenant("acme")
                .setModelId("support")
                .setOccurredAt(NOW.minusSeconds(secondsAgo))
                .setVersion(version)
                .setState(state);
    }
}
