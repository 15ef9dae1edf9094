package dev.attune.ingest.pairing.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
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
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a topology on RocksDB; the driver commits after every record. */
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
class WriteBehindStoreTest {
    private static final String STORE = "words";

    @TempDir
    private Path folder;

    private TopologyTestDriver driver;
    private TestInputTopic<String, String> commands;
    private TestOutputTopic<String, String> answers;
    private TestOutputTopic<String, String> changelog;

    @BeforeEach
    void start() {
        Topology topology = new Topology();
        topology.addSource("commands", new StringDeserializer(), new StringDeserializer(), "commands");
        topology.addProcessor("words-of", Words::new, "commands");
        // Nothing is kept of what is written, so that reading goes to the store.
        topology.addStateStore(
                WriteBehindStore.builder(
                        Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.String()),
                        () -> new ObjectCache(0).section(String::length, 1)),
                "words-of");
        topology.addSink("answers", "answers", new StringSerializer(), new StringSerializer(), "words-of");
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "write-behind");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        driver = new TopologyTestDriver(topology, settings);
        commands = driver.createInputTopic("commands", new StringSerializer(), new StringSerializer());
        answers = driver.createOutputTopic("answers", new StringDeserializer(), new StringDeserializer());
        changelog = driver.createOutputTopic(
                "write-behind-" + STORE + "-changelog", new StringDeserializer(), new StringDeserializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void whatChangesOftenIsWrittenOnceACommit() {
        commands.pipeInput("put", "a=1 a=2 b=1 a=3");

        assertThat(changelog.readKeyValuesToList())
                .containsExactlyInAnyOrder(KeyValue.pair("a", "3"), KeyValue.pair("b", "1"));
        assertThat(stored()).containsExactly(KeyValue.pair("a", "3"), KeyValue.pair("b", "1"));
    }

    @Test
    void whatIsNotWrittenYetIsRead() {
        commands.pipeInput("put", "a=1 a? a=2 a? b?");

        assertThat(answers.readValuesToList()).containsExactly("1", "2", "none");
    }

    @Test
    void whatWasWrittenIsReadInALaterCommit() {
        commands.pipeInput("put", "a=1");
        commands.pipeInput("put", "a? a=2");
        commands.pipeInput("put", "a?");

        assertThat(answers.readValuesToList()).containsExactly("1", "2");
    }

    @Test
    void aDeletionHoldsBeforeAndAfterItIsWritten() {
        commands.pipeInput("put", "a=1 b=1");
        commands.pipeInput("put", "a- a? b- b=2");
        commands.pipeInput("put", "a? b?");

        assertThat(answers.readValuesToList()).containsExactly("none", "none", "2");
        assertThat(stored()).containsExactly(KeyValue.pair("b", "2"));
    }

    @Test
    void whatComesAndGoesBetweenTwoCommitsIsNeverWritten() {
        commands.pipeInput("put", "a:1 a- a? b:1");
        assertThat(changelog.readKeyValuesToList()).containsExactly(KeyValue.pair("b", "1"));

        // The store has it: one that comes anew in its place goes with it.
        commands.pipeInput("put", "b- b:2 b-");

        assertThat(answers.readValuesToList()).containsExactly("none");
        assertThat(changelog.readKeyValuesToList()).containsExactly(KeyValue.pair("b", null));
        assertThat(stored()).isEmpty();
    }

    @Test
    void aScanSeesWhatIsNotWrittenYet() {
        commands.pipeInput("put", "b=2");
        commands.pipeInput("put", "a=1 *");

        assertThat(answers.readValuesToList()).containsExactly("a=1 b=2");
    }

    private List<KeyValue<String, String>> stored() {
        WriteBehindStore<String> store = (WriteBehindStore<String>) driver.<String, String>getKeyValueStore(STORE);
        return all(store.wrapped());
    }

    private static List<KeyValue<String, String>> all(KeyValueStore<String, String> store) {
        List<KeyValue<String, String>> all = new ArrayList<>();
        try (KeyValueIterator<String, String> rows = store.all()) {
            rows.forEachRemaining(all::add);
        }
        return all;
    }

    /** Each word of a record is a command: {@code a=1} puts, {@code a:1} puts what is new, {@code a-} deletes, {@code a?} reads, {@code *} scans. */
    private static final class Words extends ContextualProcessor<String, String, String, String> {
        @Override
        public void process(Record<String, String> record) {
            WriteBehindStore<String> store = WriteBehindStore.of(context(), STORE);
            for (String word : record.value().split(" ", -1)) {
                String key = word.substring(0, 1);
                if (word.endsWith("-")) {
                    store.delete(key);
                } else if (word.endsWith("?")) {
                    String value = store.get(key);
                    context().forward(record.withValue(value == null ? "none" : value));
                } else if (word.equals("*")) {
                    List<String> rows = all(store).stream()
                            .map(row -> row.key + "=" + row.value)
                            .toList();
                    context().forward(record.withValue(String.join(" ", rows)));
                } else if (word.charAt(1) == ':') {
                    store.putNew(key, word.substring(2));
                } else {
                    store.put(key, word.substring(2));
                }
            }
        }
    }
}
