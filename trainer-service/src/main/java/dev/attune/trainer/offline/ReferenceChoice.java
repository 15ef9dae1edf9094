package dev.attune.trainer.offline;

import dev.attune.kit.Checks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What the policy is held to. */
sealed interface ReferenceChoice {
    /** The model as it is. */
    record Base() implements ReferenceChoice {}

    /** The adapter that training begins with, frozen. */
    record Init() implements ReferenceChoice {}

    /** An adapter of a PEFT directory; where all weights learn, a model's. */
    record Directory(Path path) implements ReferenceChoice {}

    /** @throws dev.attune.kit.ConfigException where it is none of the three */
    static ReferenceChoice of(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "base" -> new Base();
            case "init" -> new Init();
            default -> {
                Checks.that(
                        Files.isDirectory(Path.of(text)),
                        "--reference",
                        "must be base, init or a directory, but is '" + text + "'");
                yield new Directory(Path.of(text));
            }
        };
    }
}
