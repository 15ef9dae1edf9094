package dev.attune.publisher.gate;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import dev.attune.publisher.gate.evaluation.EvaluationSettings;
import dev.attune.publisher.gate.safety.SafetySettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The gates: on what the trainer measured before a candidate is stored, on what is served before it is promoted. */
public record GateSettings(
        @Setting(
                value =
                        "File of prompts, JSONL: {\"messages\": [{\"role\": …, \"content\": …}]} a line. Without it maxKl and"
                                + " answerCheck are not asked.",
                optional = true)
        @Nullable
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
        AnswerCheckSettings answerCheck,

        @Setting(value = "Bounds on what the trainer measured on the examples that it holds out.", optional = true)
        @Nullable
        HeldOutBounds heldOut,

        @Setting(value = "Prompts whose answers must not hold, or must hold, what patterns say.", optional = true)
        @Nullable
        SafetySettings safety,

        @Setting(value = "The team's own evaluation: a program or an endpoint that says yes or no.", optional = true)
        @Nullable
        EvaluationSettings evaluation) {

    /** Gates on the answers to prompts, and no others. */
    public GateSettings(
            Path prompts,
            int answersPerPrompt,
            int maxTokens,
            int concurrency,
            double maxKl,
            @Nullable AnswerCheckSettings answerCheck) {
        this(prompts, answersPerPrompt, maxTokens, concurrency, maxKl, answerCheck, null, null, null);
    }

    public GateSettings {
        Checks.between("answersPerPrompt", answersPerPrompt, 1, 100);
        Checks.between("maxTokens", maxTokens, 1, 100_000);
        Checks.between("concurrency", concurrency, 1, 1_000);
        Checks.positive("maxKl", maxKl);
        Checks.that(
                prompts != null || answerCheck == null,
                "prompts",
                "has to be set where answerCheck is: it checks answers");
    }
}
