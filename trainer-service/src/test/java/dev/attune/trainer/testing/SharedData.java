package dev.attune.trainer.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Golden files, models and data outside the repository: {@code ATTUNE_SHARED}, by default beside the checkout. */
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

    public static JsonNode json(String path) throws IOException {
        return new ObjectMapper().readTree(resolve(path).toFile());
    }

    public static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }
}
