package dev.attune.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.kit.CommandLines;
import dev.attune.kit.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublisherMainTest {

    @TempDir
    Path folder;

    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @Test
    void aFileThatIsNotThereIsOneLine() {
        Path absent = folder.resolve("absent.yaml");

        int exitCode = run("--config", absent.toString());

        assertThat(exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(errors()).startsWith("publisher: " + absent).hasLineCount(1);
    }

    @Test
    void aBaseThatIsNotThereIsOneLine() throws IOException {
        Path config = folder.resolve("publisher.yaml");
        Files.writeString(config, """
                kafka: {bootstrapServers: "localhost:1"}
                schemaRegistry: {url: "http://localhost:1"}
                store: {directory: %s}
                models:
                  - tenant: acme
                    modelId: support
                    base: {directory: %s}
                    serving: {replicas: [{url: "http://localhost:1"}], baseModel: base}
                """.formatted(folder.resolve("store"), folder.resolve("base")));

        int exitCode = run("--config", config.toString());

        assertThat(exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(errors())
                .isEqualTo("publisher: models[0].base.directory: " + folder.resolve("base/config.json")
                        + ": is missing\n");
    }

    @Test
    void helpIsThere() {
        assertThat(run("--help")).isEqualTo(ExitCode.OK);
    }

    /** With what the command writes to the error stream caught. */
    private int run(String... arguments) {
        PrintStream before = System.err;
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            return CommandLines.run(new PublisherMain(), arguments);
        } finally {
            System.setErr(before);
        }
    }

    private String errors() {
        return errors.toString(StandardCharsets.UTF_8);
    }
}
