package dev.attune.ingest.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.ingest.pairing.TopologyDocument;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PlatformExtension.class)
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
class StatusTopologyDocumentTest {
    private static final Path HOME = Path.of(System.getProperty("attune.home", "."));

    @TempDir
    private Path stateDir;

    @Test
    void thePageShowsTheTopologyAsItIs(Platform platform) throws IOException {
        Path page = Path.of("docs", "operations", "status-topology.md");
        Path drawnPage = Path.of("ingest-service", "target", "status-topology.md");
        StatusTopology topology = new StatusTopology(
                StatusConfigs.ofDriver(stateDir), platform.serdes(), new StatusMetrics(new SimpleMeterRegistry()));

        String drawn = TopologyDocument.of(
                "The status application's topology",
                StatusTopologyDocumentTest.class,
                topology.build().describe());
        Files.writeString(HOME.resolve(drawnPage), drawn);

        assertThat(Files.exists(HOME.resolve(page)) ? Files.readString(HOME.resolve(page)) : "")
                .as("a renamed node or store starts empty: if the change is meant, cp %s %s", drawnPage, page)
                .isEqualTo(drawn);
    }
}
