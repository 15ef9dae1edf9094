package dev.attune.quickstart.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.embedded.JavaCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process: its ready line, its end, its complaints. */
class ServeMainTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void givenAModelWhenServedThenOneLineNamesTheUrlAndSigtermLeavesNothingBehind() throws Exception {
        Path model = TinyModel.write(folder.resolve("tiny"), 1);
        Process process = serve("--model", model.toString(), "--port", "0", "--served-model-name", "shown");
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            String ready = output.readLine();
            assertThat(ready).startsWith("Serving shown at http://127.0.0.1:");
            URI url = URI.create(ready.substring(ready.indexOf("http")));
            try (ServingClient client = new ServingClient(url)) {
                assertThat(client.promptLogprobs("shown", 104, 105)).hasSize(1);
            }

            // SIGTERM; Process.destroy would also close our end of its output
            assertThat(process.toHandle().destroy()).isTrue();

            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
            assertThat(output.readLine()).isNull();
            try (var left = Files.list(Files.createDirectories(folder.resolve("tmp")))) {
                assertThat(left.filter(file -> file.toString().contains("attune")))
                        .isEmpty();
            }
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void givenAPortInUseWhenServedThenOneLineSaysSoAndTheExitCodeIs2() throws Exception {
        Path model = TinyModel.write(folder.resolve("tiny"), 1);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process process = serve("--model", model.toString(), "--port", Integer.toString(taken.getLocalPort()));

            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();

            assertThat(process.exitValue()).isEqualTo(2);
            assertThat(errors(process)).contains("port " + taken.getLocalPort()).doesNotContain("\tat ");
        }
    }

    @Test
    void givenABrokenModelWhenServedThenOneLineSaysWhatIsWrongAndTheExitCodeIs2() throws Exception {
        Path model = TinyModel.write(folder.resolve("tiny"), 1);
        Files.writeString(
                model.resolve("config.json"),
                Files.readString(model.resolve("config.json")).replace("\"hidden_size\": 32", "\"hidden_size\": 64"));

        Process process = serve("--model", model.toString(), "--port", "0");

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(errors(process))
                .contains("has the shape [272, 32], config.json says [272, 64]")
                .doesNotContain("\tat ");
    }

    private Process serve(String... arguments) throws IOException {
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        List<String> jvm = List.of("-Xmx256m", "-XX:+UseSerialGC", "-Djava.io.tmpdir=" + temporary);
        return new ProcessBuilder(JavaCommand.ofMain(ServeMain.class.getName(), jvm, List.of(arguments)))
                .redirectError(folder.resolve("errors.txt").toFile())
                .start();
    }

    private String errors(Process process) throws IOException {
        assertThat(process.isAlive()).isFalse();
        return Files.readString(folder.resolve("errors.txt"));
    }
}
