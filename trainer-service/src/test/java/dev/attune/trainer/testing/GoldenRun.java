package dev.attune.trainer.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attune.testing.SharedData;
import dev.attune.trainer.learner.TrainingPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A run of TRL's DPOTrainer on {@code tinystories-656k}: the tokens it built and what it showed in every step. */
public record GoldenRun(Path directory, List<TrainingPair> pairs, JsonNode steps) {

    public static GoldenRun read(String name, String loss) throws IOException {
        Path directory = SharedData.resolve("golden/" + name);
        JsonNode batch = GoldenJson.read("golden/" + name + "/batch.json");
        int count = batch.get("input_ids").size() / 2;
        List<TrainingPair> pairs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // The first half of the rows are the chosen answers, the second half the rejected.
            pairs.add(new TrainingPair(
                    "golden-" + i, tokens(batch, i, 0), tokens(batch, i, 1), tokens(batch, count + i, 1), 1));
        }
        return new GoldenRun(
                directory,
                pairs,
                GoldenJson.read("golden/" + name + "/" + loss + ".json").get("steps"));
    }

    private static int[] tokens(JsonNode batch, int row, int completion) {
        int[] tokens = GoldenJson.ints(batch.get("input_ids").get(row));
        int[] attended = GoldenJson.ints(batch.get("attention_mask").get(row));
        int[] mask = GoldenJson.ints(batch.get("completion_mask").get(row));
        return IntStream.range(0, tokens.length)
                .filter(i -> attended[i] == 1 && mask[i] == completion)
                .map(i -> tokens[i])
                .toArray();
    }
}
