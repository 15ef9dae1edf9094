package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the examples of docs/gateway.md as they stand there, against a gateway whose first answers are lost. */
@ExtendWith(PlatformExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
class GatewayExamplesTest {
    private static final Pattern EXAMPLE = Pattern.compile(
            "<!-- example: (\\S+) -->\n```[a-z]+\n(.*?)```\n(?:\nprints\n\n```\n(.*?)```)?", Pattern.DOTALL);
    private static final long BOUND_SECONDS = 90;

    private final Map<String, Example> examples = read();
    private ReadyGateway gateway;
    private Platform platform;

    @TempDir
    private Path folder;

    /** @param output what it should print; empty where the page does not say */
    private record Example(String code, String output) {}

    private static Map<String, Example> read() {
        Map<String, Example> examples = new LinkedHashMap<>();
        try {
            Matcher matcher = EXAMPLE.matcher(Files.readString(Path.of("../docs/gateway.md")));
            while (matcher.find()) {
                String output = matcher.group(3);
                examples.put(matcher.group(1), new Example(matcher.group(2), output == null ? "" : output));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return examples;
    }

    @BeforeAll
    void start(Platform shared) throws Exception {
        platform = shared;
        gateway = ReadyGateway.start(platform, 1);
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @Test
    void thereAreExamplesInFourLanguages() {
        assertThat(examples.keySet())
                .contains("first-thumb.sh", "first_thumb.py", "FirstThumb.java", "first-thumb.mjs");
    }

    Stream<String> names() {
        return examples.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void anExampleDoesWhatItSaysAndSendsAgainUnderTheSameId(String name) throws Exception {
        Example example = examples.get(name);
        List<String> command = command(name);
        assumeTrue(isThere(command.getFirst()), command.getFirst() + " is not on this machine");
        List<String> before = storedIds();
        try (LosingFront front = new LosingFront(gateway.gateway().port())) {
            String printed = run(name, example, command, front.url());

            List<String> stored = storedIds();
            before.forEach(stored::remove);
            if (example.output().isEmpty()) {
                assertThat(front.losses()).isPositive();
                assertThat(new HashSet<>(stored)).isNotEmpty().hasSize(stored.size() / 2);
                assertThat(new HashSet<>(stored))
                        .allSatisfy(
                                id -> assertThat(stored).filteredOn(id::equals).hasSize(2));
            } else {
                assertThat(printed).isEqualTo(example.output());
                assertThat(stored).isEmpty();
            }
        }
    }

    /** The id of every record, as often as it is stored. */
    private List<String> storedIds() {
        List<String> ids = new ArrayList<>();
        platform.readAll(gateway.topics().completions())
                .forEach(record -> ids.add(record.value().getEventId()));
        platform.readAll(gateway.topics().feedback())
                .forEach(record -> ids.add(record.value().getEventId()));
        return ids;
    }

    private static List<String> command(String name) {
        return switch (name.substring(name.lastIndexOf('.'))) {
            case ".sh" -> List.of("bash", name);
            case ".py" -> List.of("python3", name);
            case ".mjs" -> List.of("node", name);
            case ".java" ->
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), name);
            default -> throw new AssertionError("nothing runs " + name);
        };
    }

    private static boolean isThere(String program) {
        return program.contains(File.separator)
                || Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    private String run(String name, Example example, List<String> command, String url) throws Exception {
        Files.writeString(folder.resolve(name), example.code());
        Path output = folder.resolve(name + ".out");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("ATTUNE_URL", url);
        builder.environment().put("ATTUNE_KEY", Http.KEY);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS))
                    .as(name + " ends")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(printed).isZero();
        return printed;
    }
}
