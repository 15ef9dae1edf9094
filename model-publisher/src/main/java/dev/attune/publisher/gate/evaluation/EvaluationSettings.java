package dev.attune.publisher.gate.evaluation;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import org.jspecify.annotations.Nullable;

/** The team's own evaluation of a loaded candidate: it is promoted only where each that is set says yes. */
public record EvaluationSettings(
        @Setting(value = "A program that is run.", optional = true) @Nullable
        CommandSettings command,

        @Setting(value = "An HTTP endpoint that is asked.", optional = true) @Nullable
        HookSettings hook) {

    public EvaluationSettings {
        Checks.that(command != null || hook != null, "command", "or hook has to be set: an evaluation asks somebody");
    }
}
