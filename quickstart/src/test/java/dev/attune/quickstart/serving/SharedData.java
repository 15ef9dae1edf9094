package dev.attune.quickstart.serving;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The shared models and golden numbers: {@code ATTUNE_SHARED}, by default beside the checkout. */
public final class SharedData {
    private SharedData() {}

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
