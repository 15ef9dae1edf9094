package dev.attune.ingest.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.CheckpointCommitted;
import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VersionsTest {
    private final Versions versions = new Versions(4);

    @Test
    void whatTheServingVersionGrewFromIsServedInIt() {
        checkpoint("v1", null);
        checkpoint("v2", "v1");
        checkpoint("v3", "v2");
        released("v2", ReleaseState.PROMOTED, 10);

        assertThat(versions.servedIn("demo", "m", "v1")).hasValue("v2");
        assertThat(versions.servedIn("demo", "m", "v2")).hasValue("v2");
        assertThat(versions.servedIn("demo", "m", "v3")).isEmpty();
        assertThat(versions.servedIn("other", "m", "v1")).isEmpty();
        assertThat(versions.state("v2")).isEqualTo(ReleaseState.PROMOTED);
        assertThat(versions.state("v1")).isEqualTo(ReleaseState.UNKNOWN);
    }

    @Test
    void aRollbackServesTheOneBeforeAgain() {
        checkpoint("v1", null);
        checkpoint("v2", "v1");
        released("v1", ReleaseState.PROMOTED, 10);
        released("v2", ReleaseState.PROMOTED, 20);
        assertThat(versions.servedIn("demo", "m", "v2")).hasValue("v2");

        released("v2", ReleaseState.ROLLED_BACK, 30);

        assertThat(versions.servedIn("demo", "m", "v2")).isEmpty();
        assertThat(versions.servedIn("demo", "m", "v1")).hasValue("v1");
    }

    @Test
    void aReleaseIsHeardOfBeforeItsCheckpoint() {
        released("v2", ReleaseState.PROMOTED, 10);
        checkpoint("v2", "v1");

        assertThat(versions.servedIn("demo", "m", "v1")).hasValue("v2");
        assertThat(versions.state("v2")).isEqualTo(ReleaseState.PROMOTED);
    }

    @Test
    void theOldestAreForgotten() {
        for (int i = 1; i <= 6; i++) {
            checkpoint("v" + i, i == 1 ? null : "v" + (i - 1));
            released("v" + i, i == 6 ? ReleaseState.PROMOTED : ReleaseState.REJECTED, i);
        }

        assertThat(versions.state("v2")).isEqualTo(ReleaseState.UNKNOWN);
        assertThat(versions.state("v3")).isEqualTo(ReleaseState.REJECTED);
        assertThat(versions.servedIn("demo", "m", "v3")).hasValue("v6");
        assertThat(versions.servedIn("demo", "m", "v1")).isEmpty();
    }

    private void checkpoint(String version, @Nullable String parent) {
        versions.apply(CheckpointCommitted.newBuilder()
                .setEventId("c" + version)
                .setTenant("demo")
                .setModelId("m")
                .setVersion(version)
                .setParent(parent)
                .build());
    }

    private void released(String version, ReleaseState state, long at) {
        versions.apply(ReleaseChanged.newBuilder()
                .setEventId("r" + version)
                .setTenant("demo")
                .setModelId("m")
                .setVersion(version)
                .setState(state)
                .setOccurredAt(Instant.ofEpochSecond(at))
                .build());
    }
}
