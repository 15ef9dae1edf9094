package dev.attune.publisher.gate;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The gates on what is served, before it is promoted. */
public record GateSettings(
        @Setting("File of prompts, JSONL: {\"messages\": [{\"role\": …, \"content\": …}]} a line.")
        Path prompts,

        @Setting(value = "Answers sampled for each prompt.", byDefault = "1")
        int answersPerPrompt,

        @Setting(value = "Longest answer, in tokens.", byDefault = "128")
        int maxTokens,

        @Setting(value = "Answers sampled at the same time.", byDefault = "4")
        int concurrency,

        @Setting(value = "Largest KL divergence to the base, in nats an answer.", byDefault = "3.0")
        double maxKl,

        @Setting(value = "Judges whether answers are well-formed.", optional = true) @Nullable
        AnswerCheckSettings answerCheck) {

    public GateSettings {
        Checks.between("answersPerPrompt", answersPerPrompt, 1, 100);
        Checks.between("maxTokens", maxTokens, 1, 100_000);
        Checks.between("concurrency", concurrency, 1, 1_000);
        Checks.positive("maxKl", maxKl);
    }
}
