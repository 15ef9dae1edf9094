package dev.attune.embedded;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the Schema Registry's program is: {@code libs/embedded/target/apicurio} of the checkout, where this module's build
 * unpacks it. The checkout is the system property {@code attune.home}, or else the environment variable {@code ATTUNE_HOME}.
 */
final class RegistryDistribution {
    private RegistryDistribution() {}

    /** The jar to run. */
    static Path jar() {
        String home = System.getProperty("attune.home", System.getenv("ATTUNE_HOME"));
        if (home == null || home.isBlank()) {
            throw new IllegalStateException(
                    "cannot find the Schema Registry's program: neither the system property attune.home"
                            + " nor the environment variable ATTUNE_HOME names Attune's checkout");
        }
        Path jar = Path.of(home, "libs", "embedded", "target", "apicurio", "quarkus-run.jar")
                .toAbsolutePath();
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException("the Schema Registry's program is not at " + jar
                    + ": build it with './mvnw -pl libs/embedded process-classes' in " + home);
        }
        return jar;
    }
}
