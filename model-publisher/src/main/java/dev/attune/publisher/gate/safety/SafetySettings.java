package dev.attune.publisher.gate.safety;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.nio.file.Path;

/** The safety probes that a candidate answers before it is promoted. */
public record SafetySettings(
        @Setting(
                "File of probes, .yaml (a list) or .jsonl (one a line): {\"id\", \"messages\": [{\"role\", \"content\"}],"
                        + " \"forbidden\": [regular expressions], \"required\": [regular expressions]}.")
        Path probes,

        @Setting(
                value = "Answers sampled for each probe, beside the one at temperature 0, which is always asked for.",
                byDefault = "3")
        int samples,

        @Setting(value = "Temperature of the sampled answers.", byDefault = "1.0")
        double temperature,

        @Setting(value = "Longest answer, in tokens.", byDefault = "256")
        int maxTokens,

        @Setting(value = "Answers asked for at the same time.", byDefault = "4")
        int concurrency,

        @Setting(
                value = "Largest share of probes that may fail, 0 to 1. A probe fails with the first answer that does.",
                byDefault = "0.0")
        double maxFailingShare) {

    public SafetySettings {
        Checks.between("samples", samples, 0, 100);
        Checks.between("temperature", temperature, 0.01, 2.0);
        Checks.between("maxTokens", maxTokens, 1, 100_000);
        Checks.between("concurrency", concurrency, 1, 1_000);
        Checks.between("maxFailingShare", maxFailingShare, 0.0, 1.0);
    }
}
