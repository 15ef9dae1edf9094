package dev.attune.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Golden runs, models and datasets outside the repository: {@code ATTUNE_SHARED}, by default {@code ../shared} beside the checkout. */
public final class SharedData {
    private SharedData() {}

    /** A file or folder; the test is not run, and says why, where it is absent. */
    public static Path resolve(String path) {
        String configured = System.getenv("ATTUNE_SHARED");
        Path shared = configured == null
                ? Path.of(System.getProperty("attune.home", ".")).resolve("../shared")
                : Path.of(configured);
        Path file = shared.resolve(path).normalize();
        Assumptions.assumeTrue(
                Files.exists(file), () -> file + " is absent: set ATTUNE_SHARED to the folder that holds " + path);
        return file;
    }
}
