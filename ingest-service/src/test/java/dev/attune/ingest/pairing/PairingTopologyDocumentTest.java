package dev.attune.ingest.pairing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PlatformExtension.class)
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
class PairingTopologyDocumentTest {
    private static final Path HOME = Path.of(System.getProperty("attune.home", "."));
    private static final PairingConfig.Budgets BUDGETS = new PairingConfig.Budgets(Duration.ofHours(24), 100, 0);

    @TempDir
    private Path stateDir;

    @Test
    void thePageShowsTheTopologyAsItIs(Platform platform) throws IOException {
        assertDrawn("Pairing's topology", Configs.NO_BUDGETS, "pairing-topology.md", platform);
    }

    /** The first two stages have the numbers that they have without: their folders of state stay theirs. */
    @Test
    void anotherPageShowsItWithBudgets(Platform platform) throws IOException {
        assertDrawn("Pairing's topology with budgets", BUDGETS, "pairing-topology-budgets.md", platform);
    }

    private void assertDrawn(String title, PairingConfig.Budgets budgets, String name, Platform platform)
            throws IOException {
        Path page = Path.of("docs", "operations", name);
        Path drawnPage = Path.of("ingest-service", "target", name);
        PairingTopology topology = new PairingTopology(
                Configs.pairing(stateDir, Configs.OPEN_RULES, budgets),
                platform.serdes(),
                new MicrometerPairingMetrics(new SimpleMeterRegistry()));

        String drawn = TopologyDocument.of(
                title, PairingTopologyDocumentTest.class, topology.build().describe());
        Files.writeString(HOME.resolve(drawnPage), drawn);

        assertThat(Files.exists(HOME.resolve(page)) ? Files.readString(HOME.resolve(page)) : "")
                .as("a renamed node or store starts empty: if the change is meant, cp %s %s", drawnPage, page)
                .isEqualTo(drawn);
    }
}
