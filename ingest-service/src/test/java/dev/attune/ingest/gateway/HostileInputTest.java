package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.attune.ingest.gateway.HostileCases.Case;
import dev.attune.ingest.gateway.RawHttp.Response;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is sent: never a 500, never a hang, never a word about the inside, and the next good event is taken. What was
 * acknowledged in between is in the log, once.
 */
@ExtendWith(PlatformExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileInputTest {
    private static final int MUTANTS = 2500;
    private static final Set<Integer> EVER =
            Set.of(100, 200, 202, 400, 401, 403, 404, 405, 408, 411, 413, 414, 415, 417, 422, 431, 501, 505);
    private static final Pattern INSIDE = Pattern.compile(
            "Exception|Error:|\\bat [a-z]+\\.|java\\.|dev\\.attune|io\\.helidon|jackson|/home/|/tmp/|\\.java|"
                    + HostileCases.WORDS);
    private static final Pattern EVENT_ID = Pattern.compile("\"eventId\":\"([0-9a-f-]{36})\"");

    private final List<String> acknowledged = new ArrayList<>();
    private Platform platform;
    private Topics topics;
    private GatewayProcess gateway;

    @BeforeAll
    void start(Platform shared, @TempDir Path folder) throws Exception {
        platform = shared;
        topics = platform.createTopics(2);
        gateway = GatewayProcess.start(
                folder,
                platform.bootstrapServers(),
                platform.registryUrl(),
                topics.prefix(),
                "96m",
                "maxInFlightBytes: 8388608\n");
    }

    @AfterAll
    void everyAcknowledgedEventIsInTheLogOnce() throws Exception {
        Map<String, Integer> stored = new HashMap<>();
        platform.readAll(topics.feedback())
                .forEach(record -> stored.merge(record.value().getEventId(), 1, Integer::sum));
        platform.readAll(topics.completions())
                .forEach(record -> stored.merge(record.value().getEventId(), 1, Integer::sum));
        String log = gateway.log();
        gateway.close();

        assertThat(acknowledged).doesNotHaveDuplicates().isNotEmpty();
        assertThat(acknowledged).allSatisfy(id -> assertThat(stored).containsEntry(id, 1));
        assertThat(log)
                .doesNotContain(HostileCases.WORDS)
                .doesNotContain("ERROR")
                .doesNotContain("Exception");
    }

    @Test
    void everyCaseOfTheTable() {
        List<Case> cases = HostileCases.all();

        for (Case one : cases) {
            for (Response response : send(one.name(), one.bytes())) {
                assertThat(response.status()).as(shown(one.name())).isIn(one.allowed());
            }
            assertThatAGoodEventIsTaken(one.name());
        }
        System.out.println("hostile input: " + cases.size() + " cases");
        assertThat(cases).hasSizeGreaterThanOrEqualTo(200);
    }

    @Test
    void everyMutantAndThoseThatOnceFoundSomething() throws IOException {
        List<Long> seeds = new ArrayList<>(kept());
        LongStream.range(0, MUTANTS).forEach(seeds::add);

        for (int i = 0; i < seeds.size(); i++) {
            String name = "mutant " + seeds.get(i) + " (keep it in hostile-seeds.txt)";
            for (Response response : send(name, Mutations.of(seeds.get(i)))) {
                assertThat(response.status()).as(name).isIn(EVER);
            }
            if (i % 10 == 0) {
                assertThatAGoodEventIsTaken(name);
            }
        }
        System.out.println("hostile input: " + seeds.size() + " mutants");
    }

    private List<Response> send(String name, byte[] bytes) {
        try {
            List<Response> responses = RawHttp.exchange(gateway.port(), bytes);
            for (Response response : responses) {
                assertThat(INSIDE.matcher(response.head() + response.body()).find())
                        .as(shown(name) + ": " + response)
                        .isFalse();
                remember(response);
            }
            return responses;
        } catch (SocketTimeoutException hangs) {
            return fail("no answer and no end: " + shown(name));
        } catch (IOException e) {
            return fail(shown(name), e);
        }
    }

    private void assertThatAGoodEventIsTaken(String after) {
        Http.Answer answer = gateway.http().post("/v1/feedback", HostileCases.THUMB);
        assertThat(answer.status()).as("after " + shown(after)).isEqualTo(202);
        acknowledged.add(answer.json().get("eventId").asText());
    }

    /** The ids of what was stored: of a receipt, and of a batch's receipts. */
    private void remember(Response response) {
        if (response.status() == 202 || response.status() == 200) {
            Matcher ids = EVENT_ID.matcher(response.body());
            while (ids.find()) {
                acknowledged.add(ids.group(1));
            }
        }
    }

    private static List<Long> kept() throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(HostileInputTest.class.getResourceAsStream("hostile-seeds.txt")),
                StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> Long.valueOf(line.split(" ", 2)[0]))
                    .toList();
        }
    }

    private static String shown(String name) {
        return name.length() <= 120 ? name : name.substring(0, 120) + "…";
    }
}
