package dev.attune.ingest.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.JudgedTurn;
import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceSingle;
import dev.attune.events.state.PromptAgenda;
import dev.attune.events.state.PromptPending;
import dev.attune.ingest.pairing.state.BudgetCodecs;
import dev.attune.ingest.pairing.state.PromptCodecs;
import dev.attune.ingest.pairing.state.SingleObjectSerde;
import dev.attune.ingest.pairing.state.TurnCodec;
import dev.attune.ingest.pairing.state.WriteBehindStore;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topic;
import dev.attune.schemas.Topics;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The topology, two sub-topologies, and a third one where the configuration sets budgets:
 *
 * <pre>
 * completions ─ read ─┐            ┌─ judged-turns ─ keep, read ─┐
 *                     ├─ turn-stage ─┴─ prompt-completions ─ keep ───────┴─ prompt-stage ─┬─ preference-pairs
 * feedback ──── read ─┘       └─ dead-letters                                   │         └─ preference-singles
 *                                                                               └─ dead-letters
 *
 *                 ... prompt-stage ── assembled-pairs ── read ── budget-stage ─── preference-pairs
 *                                                          └────────┴─ dead-letters
 * </pre>
 *
 * Sources give bytes: reading is a step of its own, so that what cannot be read becomes a dead letter.
 */
final class PairingTopology {
    private static final long BYTES_A_MEGABYTE = 1L << 20;
    private static final ByteArrayDeserializer BYTES = new ByteArrayDeserializer();

    private final PairingConfig config;
    private final Topics topics;
    private final AvroSerdes serdes;
    private final PairingMetrics metrics;
    private final PairingCache cache;

    PairingTopology(PairingConfig config, AvroSerdes serdes, PairingMetrics metrics) {
        this.config = config;
        this.topics = new Topics(config.topicPrefix());
        this.serdes = serdes;
        this.metrics = metrics;
        this.cache = new PairingCache(config.cacheMegabytes() * BYTES_A_MEGABYTE);
    }

    Topology build() {
        Topology topology = new Topology();
        turnStage(topology);
        promptStage(topology);
        if (config.budgets().on()) {
            assembledOut(topology);
            budgetStage(topology);
        } else {
            pairsOut(topology, Nodes.PROMPT_STAGE);
        }
        return topology;
    }

    private void turnStage(Topology topology) {
        DeadLetters deadLetters = deadLetters("pairing.turn");
        read(
                topology,
                Nodes.COMPLETIONS,
                Nodes.READ_COMPLETIONS,
                topics.completions(),
                config.limits().maxRecordBytes(),
                Nodes.TURN_STAGE,
                Nodes.DEAD_LETTERS,
                deadLetters);
        read(
                topology,
                Nodes.FEEDBACK,
                Nodes.READ_FEEDBACK,
                topics.feedback(),
                config.limits().maxRecordBytes(),
                Nodes.TURN_STAGE,
                Nodes.DEAD_LETTERS,
                deadLetters);
        topology.addProcessor(
                Nodes.TURN_STAGE,
                () -> new TurnProcessor(
                        config.limits(), topics, serdes.serializer(CompletionServed.class), deadLetters, metrics),
                Nodes.READ_COMPLETIONS,
                Nodes.READ_FEEDBACK);
        topology.addStateStore(
                WriteBehindStore.builder(store(Nodes.TURNS_STORE, TurnCodec.serde()), cache::turns), Nodes.TURN_STAGE);
        topology.addStateStore(
                store(
                        Nodes.TURN_EDITS_STORE,
                        SingleObjectSerde.<CompletionServed>plain(CompletionServed.getClassSchema())),
                Nodes.TURN_STAGE);
        topology.addStateStore(dueStore(Nodes.TURN_DUE_STORE), Nodes.TURN_STAGE);
        topology.addSink(
                Nodes.JUDGED_OUT,
                topics.judgedTurns().name(),
                new StringSerializer(),
                serdes.serializer(JudgedTurn.class),
                Partitioners.row(),
                Nodes.TURN_STAGE);
        topology.addSink(
                Nodes.TEXTS_OUT,
                topics.promptCompletions().name(),
                new StringSerializer(),
                new ByteArraySerializer(),
                Partitioners.row(),
                Nodes.TURN_STAGE);
        addDeadLetters(topology, Nodes.DEAD_LETTERS, Nodes.READ_COMPLETIONS, Nodes.READ_FEEDBACK, Nodes.TURN_STAGE);
    }

    private void promptStage(Topology topology) {
        DeadLetters deadLetters = deadLetters("pairing.prompt");
        keep(topology, Nodes.JUDGED_IN, topics.judgedTurns(), Nodes.KEEP_JUDGED, Nodes.JUDGED_TURNS_STORE);
        keep(topology, Nodes.TEXTS_IN, topics.promptCompletions(), Nodes.KEEP_TEXTS, Nodes.PROMPT_TEXTS_STORE);
        reader(
                topology,
                Nodes.JUDGED_IN,
                Nodes.READ_JUDGED,
                topics.judgedTurns(),
                config.limits().maxOutputBytes(),
                Nodes.PROMPT_STAGE,
                Nodes.PROMPT_DEAD_LETTERS,
                deadLetters);
        topology.addProcessor(
                Nodes.PROMPT_STAGE,
                () -> new PromptProcessor(config, topics, serdes, cache, deadLetters, metrics),
                Nodes.READ_JUDGED);
        topology.connectProcessorAndStateStores(Nodes.PROMPT_STAGE, Nodes.JUDGED_TURNS_STORE, Nodes.PROMPT_TEXTS_STORE);
        topology.addStateStore(
                WriteBehindStore.builder(store(Nodes.PROMPT_PAIRS_STORE, PromptCodecs.pairs()), cache::none),
                Nodes.PROMPT_STAGE);
        topology.addStateStore(
                WriteBehindStore.builder(store(Nodes.PROMPT_SINGLES_STORE, PromptCodecs.singles()), cache::none),
                Nodes.PROMPT_STAGE);
        topology.addStateStore(
                WriteBehindStore.builder(
                        store(
                                Nodes.PROMPT_AGENDA_STORE,
                                SingleObjectSerde.<PromptAgenda>plain(PromptAgenda.getClassSchema())),
                        cache::agendas),
                Nodes.PROMPT_STAGE);
        topology.addStateStore(
                WriteBehindStore.builder(
                        store(
                                Nodes.PROMPT_PENDING_STORE,
                                SingleObjectSerde.<PromptPending>plain(PromptPending.getClassSchema())),
                        cache::none),
                Nodes.PROMPT_STAGE);
        topology.addStateStore(dueStore(Nodes.PROMPT_DUE_STORE), Nodes.PROMPT_STAGE);
        topology.addSink(
                Nodes.SINGLES,
                topics.preferenceSingles().name(),
                new StringSerializer(),
                serdes.serializer(PreferenceSingle.class),
                Partitioners.single(),
                Nodes.PROMPT_STAGE);
        addDeadLetters(topology, Nodes.PROMPT_DEAD_LETTERS, Nodes.READ_JUDGED, Nodes.PROMPT_STAGE);
    }

    private void assembledOut(Topology topology) {
        topology.addSink(
                Nodes.ASSEMBLED_OUT,
                topics.assembledPairs().name(),
                new StringSerializer(),
                serdes.serializer(PreferencePair.class),
                Partitioners.pairByTenant(),
                Nodes.PROMPT_STAGE);
    }

    private void budgetStage(Topology topology) {
        DeadLetters deadLetters = deadLetters("pairing.budget");
        read(
                topology,
                Nodes.ASSEMBLED_IN,
                Nodes.READ_ASSEMBLED,
                topics.assembledPairs(),
                config.limits().maxOutputBytes(),
                Nodes.BUDGET_STAGE,
                Nodes.BUDGET_DEAD_LETTERS,
                deadLetters);
        topology.addProcessor(
                Nodes.BUDGET_STAGE,
                () -> new BudgetProcessor(config.budgets().budgetRules(), deadLetters, metrics),
                Nodes.READ_ASSEMBLED);
        topology.addStateStore(store(Nodes.BUDGET_PLACES_STORE, BudgetCodecs.places()), Nodes.BUDGET_STAGE);
        topology.addStateStore(
                store(
                        Nodes.BUDGET_PAIRS_STORE,
                        SingleObjectSerde.<PreferencePair>plain(PreferencePair.getClassSchema())),
                Nodes.BUDGET_STAGE);
        topology.addStateStore(store(Nodes.BUDGET_SCOPES_STORE, BudgetCodecs.fillings()), Nodes.BUDGET_STAGE);
        topology.addStateStore(store(Nodes.BUDGET_RANKS_STORE, Serdes.ByteArray()), Nodes.BUDGET_STAGE);
        pairsOut(topology, Nodes.BUDGET_STAGE);
        addDeadLetters(topology, Nodes.BUDGET_DEAD_LETTERS, Nodes.READ_ASSEMBLED, Nodes.BUDGET_STAGE);
    }

    private void pairsOut(Topology topology, String stage) {
        topology.addSink(
                Nodes.PAIRS,
                topics.preferencePairs().name(),
                new StringSerializer(),
                serdes.serializer(PreferencePair.class),
                Partitioners.pair(),
                stage);
    }

    private <V extends SpecificRecord> void read(
            Topology topology,
            String source,
            String reader,
            Topic<V> topic,
            int maxBytes,
            String next,
            String deadLetterNode,
            DeadLetters deadLetters) {
        topology.addSource(source, BYTES, BYTES, topic.name());
        reader(topology, source, reader, topic, maxBytes, next, deadLetterNode, deadLetters);
    }

    private <V extends SpecificRecord> void reader(
            Topology topology,
            String source,
            String reader,
            Topic<V> topic,
            int maxBytes,
            String next,
            String deadLetterNode,
            DeadLetters deadLetters) {
        topology.addProcessor(
                reader,
                () -> new RecordReader<>(
                        serdes.deserializer(topic.valueType()), maxBytes, next, deadLetterNode, deadLetters, metrics),
                source);
    }

    /** A source whose records are a store's rows: see {@link RowKeeper}. */
    private void keep(Topology topology, String source, Topic<?> topic, String keeper, String store) {
        topology.addReadOnlyStateStore(
                WriteBehindStore.builder(store(store, Serdes.ByteArray()), cache::none),
                source,
                BYTES,
                BYTES,
                topic.name(),
                keeper,
                () -> new RowKeeper(store));
    }

    private void addDeadLetters(Topology topology, String name, String... parents) {
        topology.addSink(
                name,
                topics.deadLetters().name(),
                new ByteArraySerializer(),
                serdes.serializer(topics.deadLetters().valueType()),
                parents);
    }

    private DeadLetters deadLetters(String stage) {
        return new DeadLetters(stage, config.limits().maxDeadLetterBytes());
    }

    private static <T> StoreBuilder<KeyValueStore<String, T>> store(String name, Serde<T> values) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), values);
    }

    private StoreBuilder<?> dueStore(String name) {
        return WriteBehindStore.builder(store(name, Serdes.ByteArray()), cache::none);
    }
}
