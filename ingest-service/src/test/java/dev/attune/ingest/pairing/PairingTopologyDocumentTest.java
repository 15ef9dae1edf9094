package dev.attune.ingest.pairing;

import static org.assertj.core.api.Assertions.assertThat;

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
class PairingTopologyDocumentTest {
    private static final Path HOME = Path.of(System.getProperty("attune.home", "."));
    private static final Path PAGE = Path.of("docs", "operations", "pairing-topology.md");
    private static final Path DRAWN = Path.of("ingest-service", "target", "pairing-topology.md");

    @Test
    void thePageShowsTheTopologyAsItIs(Platform platform, @TempDir Path stateDir) throws IOException {
        PairingTopology topology = new PairingTopology(
                Configs.pairing(stateDir, Configs.OPEN_RULES),
                platform.serdes(),
                new MicrometerPairingMetrics(new SimpleMeterRegistry()));

        String drawn = TopologyDocument.of(topology.build().describe());
        Files.writeString(HOME.resolve(DRAWN), drawn);

        assertThat(Files.exists(HOME.resolve(PAGE)) ? Files.readString(HOME.resolve(PAGE)) : "")
                .as("a renamed node or store starts empty: if the change is meant, cp %s %s", DRAWN, PAGE)
                .isEqualTo(drawn);
    }
}
