package dev.attune.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.CheckpointCommitted;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CommittedCheckpointsTest {
    @Test
    void theNewestIsTheOneCommittedLastAndItsLineFollowsItsParents() {
        // Given v3 torn, and v2b grown from v1 after it
        CheckpointCommitted v1 = checkpoint("v1", null, 10, 100);
        CheckpointCommitted v2 = checkpoint("v2", "v1", 20, 200);
        CheckpointCommitted v3 = checkpoint("v3", "v2", 30, 300);
        CheckpointCommitted v2b = checkpoint("v2b", "v1", 20, 400);

        CommittedCheckpoints committed = new CommittedCheckpoints(List.of(v2b, v3, v1, v2));

        assertThat(committed.lineage()).containsExactly(v2b, v1);
        assertThat(committed.lineageOf(Optional.of(v3))).containsExactly("v3", "v2", "v1");
        assertThat(committed.versions()).containsExactlyInAnyOrder("v1", "v2", "v3", "v2b");
        assertThat(committed.notBefore()).isEqualTo(Instant.ofEpochMilli(401));
    }

    @Test
    void withoutACheckpointThereIsNoLine() {
        assertThat(new CommittedCheckpoints(List.of()).lineage()).isEmpty();
        assertThat(new CommittedCheckpoints(List.of()).lineageOf(Optional.empty()))
                .isEmpty();
    }

    private static CheckpointCommitted checkpoint(String version, @Nullable String parent, long step, long at) {
        return CheckpointCommitted.newBuilder()
                .setEventId(version)
                .setTenant("acme")
                .setModelId("support")
                .setVersion(version)
                .setParent(parent)
                .setStep(step)
                .setOccurredAt(Instant.ofEpochMilli(at))
                .build();
    }
}
