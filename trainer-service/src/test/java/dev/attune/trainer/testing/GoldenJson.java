package dev.attune.trainer.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.testing.SharedData;
import java.io.IOException;

/** Reads golden files. */
public final class GoldenJson {
    private GoldenJson() {}

    public static JsonNode read(String path) throws IOException {
        return new ObjectMapper().readTree(SharedData.resolve(path).toFile());
    }

    public static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }
}
