package dev.attune.quickstart.demo;

import dev.attune.quickstart.corpus.QuestionGenerator;
import dev.attune.quickstart.corpus.Split;
import dev.attune.quickstart.corpus.SupportCorpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The file of prompts that the publisher asks every candidate before it is promoted: none of those that users ask. */
final class GatePrompts {
    private GatePrompts() {}

    static Path write(Path folder, SupportCorpus corpus, int count, long seed) throws IOException {
        QuestionGenerator questions = new QuestionGenerator(corpus);
        SplittableRandom random = new SplittableRandom(seed ^ 0x9a7e);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String question = questions.next(Split.HELD_OUT, random).text();
            lines.add(JsonHttp.JSON.writeValueAsString(
                    Map.of("messages", List.of(Map.of("role", "user", "content", question)))));
        }
        return Files.write(folder.resolve("gate-prompts.jsonl"), lines);
    }
}
