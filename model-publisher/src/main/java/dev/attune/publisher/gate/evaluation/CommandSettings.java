package dev.attune.publisher.gate.evaluation;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A program that says yes with exit code 0 and no with any other; the first line that it prints is the reason. It finds the
 * candidate in ATTUNE_TENANT, ATTUNE_MODEL_ID, ATTUNE_VERSION, ATTUNE_SERVED_NAME, ATTUNE_REPLICA_URL,
 * ATTUNE_REPLICA_URLS (with commas) and ATTUNE_ARTIFACT_PATH. Of the publisher's own environment it gets PATH, HOME, LANG,
 * TZ and TMPDIR only: that holds secrets.
 */
public record CommandSettings(
        @Setting("Program and arguments, one an entry; no shell reads them.")
        List<String> argv,

        @Setting(value = "More variables of its environment.", byDefault = "{}")
        Map<String, String> environment,

        @Setting(
                value = "Time that it has. Then it is killed, with everything that it started, and that is no yes.",
                byDefault = "10m")
        Duration timeout) {

    public CommandSettings {
        Checks.notEmpty("argv", argv);
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
        String program = argv.getFirst();
        Checks.notBlank("argv", program);
        Checks.that(
                program.indexOf('/') < 0 || Files.isExecutable(Path.of(program)),
                "argv",
                "'" + program + "' is no program that can be executed");
        for (String name : environment.keySet()) {
            Checks.that(
                    name.matches("[A-Za-z_][A-Za-z0-9_]*") && !name.startsWith("ATTUNE_"),
                    "environment",
                    "'" + name
                            + "' cannot be the name of a variable; those that begin with ATTUNE_ are the publisher's");
        }
        Checks.positive("timeout", timeout);
    }
}
