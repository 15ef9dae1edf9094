package dev.attune.ingest.replay;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The datasets that tests read where they are present: {@code ATTUNE_SHARED}, by default {@code ../shared} of the checkout. */
final class SharedData {
    private SharedData() {}

    static Path file(String name) {
        String shared = System.getenv("ATTUNE_SHARED");
        Path folder = shared == null
                ? Path.of(System.getProperty("attune.home", "..")).resolve("../shared")
                : Path.of(shared);
        Path file = folder.resolve(name).normalize();
        assumeTrue(Files.exists(file), () -> "not tested, because " + file + " is absent: set ATTUNE_SHARED");
        return file;
    }
}
