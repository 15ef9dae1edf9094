package dev.attune.ingest.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.events.Evidence;
import dev.attune.events.Message;
import dev.attune.events.PairOrigin;
import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceStatus;
import dev.attune.events.SealableText;
import dev.attune.events.VoteKind;
import dev.attune.kit.CommandLines;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(PlatformExtension.class)
class ExportTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

    @TempDir
    private Path folder;

    private final Platform platform;
    private Topics topics;

    ExportTest(Platform platform) {
        this.platform = platform;
    }

    @BeforeEach
    void createTopics() throws Exception {
        topics = platform.createTopics(3);
    }

    private record Run(int exitCode, String errors) {}

    private Run export(String... options) {
        List<String> all = new ArrayList<>(List.of(
                "--kafka",
                platform.bootstrapServers(),
                "--registry",
                platform.registryUrl(),
                "--topic-prefix",
                topics.prefix(),
                "--out",
                out().toString()));
        all.addAll(List.of(options));
        return run(all);
    }

    private static Run run(List<String> arguments) {
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            int exitCode = CommandLines.run(new ExportMain(), arguments.toArray(String[]::new));
            return new Run(exitCode, errors.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(before);
        }
    }

    private Path out() {
        return folder.resolve("pairs.jsonl");
    }

    private List<JsonNode> lines() throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(out())) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    private List<String> pairIds() throws Exception {
        return lines().stream()
                .map(line -> line.path("pairId").asText())
                .sorted()
                .toList();
    }

    private static PreferencePair.Builder pair(String pairId, long revision, Instant lastEvidence) {
        return PreferencePair.newBuilder()
                .setEventId(pairId + "-" + revision)
                .setTenant("acme")
                .setModelId("support")
                .setPairId(pairId)
                .setPromptId("p")
                .setPrompt(List.of(new Message("system", text("Be kind.")), new Message("user", text("How?"))))
                .setChosen(text("So: \"well\"\n"))
                .setRejected(text(""))
                .setChosenCompletionId("c1")
                .setRejectedCompletionId("c2")
                .setChosenModelVersion("v2")
                .setRejectedModelVersion("v1")
                .setStrength(0.75)
                .setSupporting(1)
                .setOpposing(0)
                .setOrigin(PairOrigin.PICK)
                .setEvidence(List.of(new Evidence("e1", "u1", VoteKind.PREFERRED, "c1", lastEvidence, lastEvidence)))
                .setFirstEvidenceAt(lastEvidence)
                .setLastEvidenceAt(lastEvidence)
                .setRevision(revision)
                .setStatus(PreferenceStatus.ACTIVE);
    }

    private static SealableText text(String value) {
        return new SealableText(value, null, null);
    }

    private void write(PreferencePair.Builder... pairs) throws Exception {
        try (KafkaProducer<String, PreferencePair> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", platform.bootstrapServers()),
                new StringSerializer(),
                platform.serdes().serializer(PreferencePair.class))) {
            for (PreferencePair.Builder builder : pairs) {
                PreferencePair pair = builder.build();
                producer.send(new ProducerRecord<>(
                                topics.preferencePairs().name(), Topics.key(pair.getTenant(), pair.getPairId()), pair))
                        .get();
            }
        }
    }

    @Test
    void everyFieldIsWhereTrlAndDatasetsLookForIt() throws Exception {
        write(pair("p1", 1, NOON));

        assertThat(export().exitCode()).isZero();

        assertThat(lines()).containsExactly(JSON.readTree("""
                {"prompt": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "How?"}],
                 "chosen": [{"role": "assistant", "content": "So: \\"well\\"\\n"}],
                 "rejected": [{"role": "assistant", "content": ""}],
                 "strength": 0.75, "supporting": 1.0, "opposing": 0.0, "origin": "PICK",
                 "pairId": "p1", "revision": 1, "tenant": "acme", "modelId": "support", "promptId": "p",
                 "chosenCompletionId": "c1", "rejectedCompletionId": "c2",
                 "chosenModelVersion": "v2", "rejectedModelVersion": "v1",
                 "firstEvidenceAt": "2026-11-01T12:00:00.000Z", "lastEvidenceAt": "2026-11-01T12:00:00.000Z",
                 "evidence": [{"eventId": "e1", "userId": "u1", "kind": "PREFERRED", "completionId": "c1",
                               "occurredAt": "2026-11-01T12:00:00.000Z"}]}
                """));
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void theHighestRevisionOfAPairHasTheLastWord() throws Exception {
        write(
                pair("changed", 1, NOON).setStrength(0.75),
                pair("changed", 2, NOON).setStrength(0.875),
                pair("withdrawn", 1, NOON),
                pair("withdrawn", 2, NOON).setStatus(PreferenceStatus.RETRACTED),
                // Delivered once more after its successor.
                pair("repeated", 2, NOON).setStatus(PreferenceStatus.RETRACTED),
                pair("repeated", 1, NOON),
                pair("restored", 2, NOON).setStatus(PreferenceStatus.RETRACTED),
                pair("restored", 3, NOON));

        assertThat(export().exitCode()).isZero();

        assertThat(pairIds()).containsExactly("changed", "restored");
        assertThat(lines())
                .filteredOn(line -> line.path("pairId").asText().equals("changed"))
                .singleElement()
                .satisfies(line -> assertThat(line.path("strength").asDouble()).isEqualTo(0.875));
    }

    @Test
    void timesTenantAndModelChoose() throws Exception {
        write(
                pair("before", 1, NOON.minusMillis(1)),
                pair("first", 1, NOON),
                pair("last", 1, NOON.plusSeconds(59)),
                pair("after", 1, NOON.plusSeconds(60)),
                // Its evidence moved out of the window: it is not there with its older word either.
                pair("moved", 1, NOON),
                pair("moved", 2, NOON.plusSeconds(90)),
                pair("others", 1, NOON).setTenant("globex"),
                pair("sales", 1, NOON).setModelId("sales"));

        export("--from", "2026-11-01T12:00:00Z", "--to", "2026-11-01T12:01:00Z", "--tenant", "acme");
        assertThat(pairIds()).containsExactly("first", "last", "sales");

        export("--model-id", "sales");
        assertThat(pairIds()).containsExactly("sales");
    }

    @Test
    void whatCannotBeReadIsNamedAndTheRestIsWritten() throws Exception {
        write(pair("p1", 1, NOON));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", platform.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topics.preferencePairs().name(), 1, null, new byte[] {7, 7}))
                    .get();
        }

        Run run = export();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).contains("preference-pairs-1@").containsOnlyOnce("cannot be read and is left out");
        assertThat(pairIds()).containsExactly("p1");
    }

    @Test
    void aConfigurationFileSaysWhereKafkaIs() throws Exception {
        write(pair("p1", 1, NOON));
        Path config = Files.writeString(
                folder.resolve("export.yaml"),
                "kafka: {bootstrapServers: '%s'}\nschemaRegistry: {url: '%s'}\ntopicPrefix: '%s'\n"
                        .formatted(platform.bootstrapServers(), platform.registryUrl(), topics.prefix()));

        assertThat(run(List.of("--config", config.toString(), "--out", out().toString()))
                        .exitCode())
                .isZero();
        assertThat(pairIds()).containsExactly("p1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --from yesterday                                        | --from: must be an instant such as 2026-11-01T00:00:00Z, but is 'yesterday'
                    --from 2026-11-02T00:00:00Z --to 2026-11-01T00:00:00Z   | --to: must be later than --from (2026-11-02T00:00:00Z), but is 2026-11-01T00:00:00Z
                    """)
    void aMistakeIsOneLine(String options, String message) {
        Run run = export(options.split(" ", -1));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors().strip()).isEqualTo("attune export: " + message);
        assertThat(out()).doesNotExist();
    }

    @Test
    void aMissingTopicAndAMissingFolderAreNamed() {
        Run noTopic = run(List.of(
                "--kafka",
                platform.bootstrapServers(),
                "--registry",
                platform.registryUrl(),
                "--topic-prefix",
                "nobody.",
                "--out",
                out().toString()));
        assertThat(noTopic.exitCode()).isEqualTo(2);
        assertThat(noTopic.errors()).contains("the cluster has no topic nobody.preference-pairs");

        Run noFolder = run(List.of("--kafka", "k:1", "--registry", "http://r", "--out", "nowhere/pairs.jsonl"));
        assertThat(noFolder.exitCode()).isEqualTo(2);
        assertThat(noFolder.errors()).contains("--out: must be a file in a folder that exists");
    }
}
