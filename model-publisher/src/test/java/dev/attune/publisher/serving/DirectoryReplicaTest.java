package dev.attune.publisher.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryReplicaTest {

    @TempDir
    Path folder;

    private Path root;
    private ServingFixture serving;
    private ServedAdapter live;
    private ServedAdapter next;
    private Delivery delivery;

    @BeforeEach
    void start() throws IOException {
        root = folder.resolve("served");
        serving = new ServingFixture(folder.resolve("checkpoints"));
        live = serving.adapter(1, 0.1);
        next = serving.adapter(2, 0.2);
        delivery = serving.delivery(
                serving.replica(ReplicaKind.DIRECTORY, root.toUri().toString()));
    }

    @AfterEach
    void stop() {
        serving.close();
    }

    @Test
    void versionsLieSideBySideAndTheLinkLeadsToTheOneThatUsersGet() throws Exception {
        delivery.load(live);
        Map<String, Double> measured = delivery.verify(live, null);
        // Nothing but the files is claimed, and what is not live yet is not linked
        assertThat(measured).containsExactly(Map.entry("probe.replicas.files", 1.0));
        assertThat(names()).containsExactly(live.name());

        delivery.restore(live.name(), List.of(live), name -> false);
        delivery.load(next);
        delivery.verify(next, live.name());
        assertThat(root.resolve("current").toRealPath().getFileName()).hasToString(live.name());

        delivery.restore(next.name(), List.of(next, live), name -> false);
        assertThat(root.resolve("current").toRealPath().getFileName()).hasToString(next.name());
        assertThat(root.resolve("current/adapter_config.json")).exists();

        // And back
        delivery.restore(live.name(), List.of(live, next), name -> false);
        delivery.unload(next.name());
        assertThat(names()).containsExactly("current", live.name());
    }

    @Test
    void whatTheLinkLeadsToIsNotTakenAway() throws Exception {
        delivery.restore(live.name(), List.of(live), name -> false);

        delivery.unload(live.name());

        assertThat(names()).containsExactly("current", live.name());
    }

    @Test
    void anAlteredFileIsReplacedAtTheNextLook() throws Exception {
        delivery.restore(live.name(), List.of(live), name -> false);
        Files.writeString(root.resolve(live.name()).resolve("adapter_config.json"), "{}");
        Replica replica = new DirectoryReplica(root);
        ServedAdapter other = serving.adapter(3, 0.3);

        assertThat(((Scoring.OfFiles) replica.scoring()).holds(live)).isFalse();
        assertThatThrownBy(() -> delivery.restore(live.name(), List.of(live), name -> false))
                .hasMessageContaining("current leads to " + live.name());

        // Once users get another version
        delivery.restore(other.name(), List.of(other, live), name -> false);
        assertThat(((Scoring.OfFiles) replica.scoring()).holds(live)).isTrue();
    }

    @Test
    void filesThatChangedOnTheWayAreFoundOut() throws Exception {
        delivery.load(next);
        Files.delete(root.resolve(next.name()).resolve("adapter_model.safetensors"));

        assertThatThrownBy(() -> delivery.verify(next, null))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(RejectReason.SERVED_OTHERWISE));
        assertThat(names()).isEmpty();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }
}
