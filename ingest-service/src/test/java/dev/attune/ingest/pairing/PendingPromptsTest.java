package dev.attune.ingest.pairing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.state.PromptPending;
import dev.attune.ingest.pairing.state.ObjectCache;
import dev.attune.ingest.pairing.state.SingleObjectSerde;
import dev.attune.ingest.pairing.state.WriteBehindStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a topology on RocksDB; the driver commits after every record. */
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
class PendingPromptsTest {
    private static final Serde<PromptPending> ROWS =
            SingleObjectSerde.<PromptPending>plain(PromptPending.getClassSchema());

    @TempDir
    private Path folder;

    private TopologyTestDriver driver;
    private TestInputTopic<String, String> commands;
    private TestOutputTopic<String, PromptPending> changelog;
    private WriteBehindStore<PromptPending> store;
    private PendingPrompts pending;

    @BeforeEach
    void start() {
        Topology topology = new Topology();
        topology.addSource("commands", new StringDeserializer(), new StringDeserializer(), "commands");
        topology.addProcessor("prompts", Prompts::new, "commands");
        topology.addStateStore(
                WriteBehindStore.builder(
                        Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore("pending"), Serdes.String(), ROWS),
                        () -> new ObjectCache(0).section(row -> 1, 1)),
                "prompts");
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "pages");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        driver = new TopologyTestDriver(topology, settings);
        commands = driver.createInputTopic("commands", new StringSerializer(), new StringSerializer());
        changelog = driver.createOutputTopic("pages-pending-changelog", new StringDeserializer(), ROWS.deserializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void whatComesWithOneCommitIsOneRowUntilTheLastOfItIsDecidedOn() {
        commands.pipeInput("add", "a b c");
        assertThat(changelog.readKeyValuesToList())
                .singleElement()
                .satisfies(row -> assertThat(row.value.getPromptKeys()).containsExactlyInAnyOrder("a", "b", "c"));

        commands.pipeInput("remove", "a c");
        assertThat(changelog.isEmpty()).isTrue();

        commands.pipeInput("remove", "b");
        assertThat(changelog.readKeyValuesToList())
                .singleElement()
                .satisfies(row -> assertThat(row.value).isNull());
        assertThat(recalled()).isEmpty();
    }

    @Test
    void whatIsDecidedOnBeforeTheCommitIsNeverWritten() {
        commands.pipeInput("addAndRemove", "a b");

        assertThat(changelog.isEmpty()).isTrue();
    }

    @Test
    void theFewThatAreLeftOfALargePageMoveToANewOne() {
        List<String> keys = IntStream.range(0, 24).mapToObj(i -> "p" + i).toList();
        commands.pipeInput("add", String.join(" ", keys));
        String first = changelog.readKeyValue().key;

        commands.pipeInput("remove", String.join(" ", keys.subList(0, 21)));

        Map<String, List<String>> rows = new TreeMap<>();
        for (KeyValue<String, PromptPending> row : changelog.readKeyValuesToList()) {
            rows.put(row.key, row.value == null ? List.of() : row.value.getPromptKeys());
        }
        assertThat(rows).hasSize(2).containsEntry(first, List.of());
        rows.remove(first);
        assertThat(rows.values())
                .singleElement()
                .satisfies(left -> assertThat(left).containsExactlyInAnyOrder("p21", "p22", "p23"));
        assertThat(recalled()).containsOnlyKeys("p21", "p22", "p23");
    }

    @Test
    void afterARestartEverythingThatIsPendingIsThereAndNewPagesHaveNewNames() {
        commands.pipeInput("add", "a b", 1_000);
        commands.pipeInput("add", "c", 2_000);
        changelog.readKeyValuesToList();

        commands.pipeInput("restart", "");
        assertThat(recalled())
                .containsEntry("a", Instant.ofEpochMilli(1_000))
                .containsEntry("c", Instant.ofEpochMilli(2_000))
                .hasSize(3);
        commands.pipeInput("add", "d", 3_000);
        commands.pipeInput("remove", "a b c");

        assertThat(recalled()).containsOnlyKeys("d");
        assertThat(PendingPrompts.contain(store.wrapped(), "d")).isTrue();
        assertThat(PendingPrompts.contain(store.wrapped(), "a")).isFalse();
    }

    @Test
    void aRowOfTheFirstFormatIsThePromptOfItsKey() {
        commands.pipeInput("putOld", "tenant/p");
        changelog.readKeyValuesToList();

        commands.pipeInput("restart", "");
        assertThat(recalled()).containsOnlyKeys("tenant/p");
        assertThat(PendingPrompts.contain(store.wrapped(), "tenant/p")).isTrue();

        commands.pipeInput("remove", "tenant/p");
        assertThat(changelog.readKeyValuesToList()).containsExactly(KeyValue.pair("tenant/p", null));
    }

    /** As another process would find it. */
    private Map<String, Instant> recalled() {
        Map<String, Instant> found = new TreeMap<>();
        new PendingPrompts(store).recall(found::put);
        store.beforeWriting(() -> {});
        commands.pipeInput("restart", "");
        return found;
    }

    private final class Prompts extends ContextualProcessor<String, String, Void, Void> {
        @Override
        public void process(Record<String, String> command) {
            if (store == null) {
                store = WriteBehindStore.of(context(), "pending");
                pending = new PendingPrompts(store);
            }
            Instant at = Instant.ofEpochMilli(command.timestamp());
            List<String> keys = new ArrayList<>(List.of(command.value().split(" ", -1)));
            switch (command.key()) {
                case "add" -> keys.forEach(key -> pending.add(key, at));
                case "remove" -> keys.forEach(pending::remove);
                case "addAndRemove" -> {
                    keys.forEach(key -> pending.add(key, at));
                    keys.forEach(pending::remove);
                }
                case "putOld" -> keys.forEach(key -> store.put(key, new PromptPending(at.toEpochMilli(), List.of())));
                case "restart" -> {
                    pending = new PendingPrompts(store);
                    pending.recall((key, since) -> {});
                }
                default -> throw new IllegalArgumentException(command.key());
            }
        }
    }
}
