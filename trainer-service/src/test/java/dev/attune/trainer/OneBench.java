package dev.attune.trainer;

import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A test of the trainer on a real broker, registry and engine, with topics of its own. */
@ExtendWith(PlatformExtension.class)
@SuppressWarnings("NullAway.Init") // JUnit sets them first.
abstract class OneBench {
    @TempDir
    Path folder;

    TrainerFixture bench;

    @BeforeEach
    void openBench(Platform parts) throws Exception {
        bench = new TrainerFixture(parts, folder.resolve("bench"));
    }

    @AfterEach
    void closeBench() {
        bench.close();
    }
}
