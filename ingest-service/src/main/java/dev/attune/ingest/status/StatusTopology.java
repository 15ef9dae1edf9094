package dev.attune.ingest.status;

import dev.attune.events.ExampleTrained;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.FeedbackStatus;
import dev.attune.events.state.EvidenceRow;
import dev.attune.events.state.StatusInput;
import dev.attune.ingest.pairing.state.SingleObjectSerde;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topic;
import dev.attune.schemas.Topics;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The topology:
 *
 * <pre>
 * feedback ─────────── read ─────────────────────┐
 * preference-pairs ─── read, with what counted ──┤
 * preference-singles ─ read, with what counted ──┼─ by event ─ keep ─ feedback-status
 * trained-examples ─── read ─────────────────────┤
 * dead-letters ─────── read ─────────────────────┘
 * </pre>
 */
final class StatusTopology {
    static final String STATUSES = "statuses";
    private static final String PAIR_EVIDENCE = "pair-evidence";
    private static final String SINGLE_EVIDENCE = "single-evidence";

    private final StatusConfig config;
    private final Topics topics;
    private final AvroSerdes serdes;
    private final StatusMetrics metrics;

    StatusTopology(StatusConfig config, AvroSerdes serdes, StatusMetrics metrics) {
        this.config = config;
        this.topics = new Topics(config.topicPrefix());
        this.serdes = serdes;
        this.metrics = metrics;
    }

    Topology build() {
        StreamsBuilder builder = new StreamsBuilder();
        builder.addStateStore(store(PAIR_EVIDENCE, EvidenceRow.getClassSchema()));
        builder.addStateStore(store(SINGLE_EVIDENCE, EvidenceRow.getClassSchema()));
        builder.addStateStore(store(STATUSES, FeedbackStatus.getClassSchema()));
        read(builder, "feedback", topics.feedback(), this::feedback)
                .merge(
                        read(builder, "preference-pairs", topics.preferencePairs(), this::pairs, PAIR_EVIDENCE),
                        Named.as("and-pairs"))
                .merge(
                        read(builder, "preference-singles", topics.preferenceSingles(), this::singles, SINGLE_EVIDENCE),
                        Named.as("and-singles"))
                .merge(
                        read(builder, "trained-examples", topics.trainedExamples(), this::trained),
                        Named.as("and-trained"))
                .merge(read(builder, "dead-letters", topics.deadLetters(), this::deadLetters), Named.as("and-dead"))
                .repartition(Repartitioned.with(
                                Serdes.String(), SingleObjectSerde.<StatusInput>plain(StatusInput.getClassSchema()))
                        .withName("by-event"))
                .process(() -> new StatusKeeper(config.retention()), Named.as("keep"), STATUSES)
                .to(
                        topics.feedbackStatus().name(),
                        Produced.with(Serdes.String(), serdes.serde(FeedbackStatus.class))
                                .withName("feedback-status"));
        return builder.build();
    }

    private FeedbackIntake feedback() {
        return new FeedbackIntake(serdes.deserializer(FeedbackGiven.class), metrics);
    }

    private RecordIntake<?> pairs() {
        return EvidenceIntake.ofPairs(serdes, metrics, PAIR_EVIDENCE, config.retention());
    }

    private RecordIntake<?> singles() {
        return EvidenceIntake.ofSingles(serdes, metrics, SINGLE_EVIDENCE, config.retention());
    }

    private TrainedIntake trained() {
        return new TrainedIntake(serdes.deserializer(ExampleTrained.class), metrics);
    }

    private DeadLetterIntake deadLetters() {
        return new DeadLetterIntake(topics, serdes, metrics);
    }

    private static KStream<String, StatusInput> read(
            StreamsBuilder builder, String name, Topic<?> topic, Supplier<RecordIntake<?>> intake, String... stores) {
        ProcessorSupplier<byte[], byte[], String, StatusInput> supplier = intake::get;
        return builder.stream(
                        topic.name(),
                        Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName(name))
                .process(supplier, Named.as("read-" + name), stores);
    }

    private static <A extends SpecificRecord> StoreBuilder<?> store(String name, Schema schema) {
        return Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(name), Serdes.String(), SingleObjectSerde.<A>plain(schema));
    }
}
