package dev.attune.quickstart.bench.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topics;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * What pairing costs before it does anything: every event is read, written to a repartition topic, read again and written
 * out, with the same Avro serdes, and nothing is kept. Two sub-topologies, as pairing has.
 */
final class IdentityTopology {
    private final Topics topics;
    private final AvroSerdes serdes;

    IdentityTopology(Topics topics, AvroSerdes serdes) {
        this.topics = topics;
        this.serdes = serdes;
    }

    /** The name of a topic that holds {@code input} again, after the given step. */
    static String again(String input, int step) {
        return input + "-identity-" + step;
    }

    Topology build() {
        Topology topology = new Topology();
        step(topology, 1, topics.completions().name(), topics.feedback().name());
        step(
                topology,
                2,
                again(topics.completions().name(), 1),
                again(topics.feedback().name(), 1));
        return topology;
    }

    private void step(Topology topology, int step, String completions, String feedback) {
        String suffix = "-" + step;
        Serde<CompletionServed> completionSerde = serdes.serde(CompletionServed.class);
        Serde<FeedbackGiven> feedbackSerde = serdes.serde(FeedbackGiven.class);
        topology.addSource(
                "completions" + suffix, Serdes.String().deserializer(), completionSerde.deserializer(), completions);
        topology.addSource("feedback" + suffix, Serdes.String().deserializer(), feedbackSerde.deserializer(), feedback);
        topology.addProcessor(
                "pass" + suffix,
                () -> new Pass("completions-out" + suffix, "feedback-out" + suffix),
                "completions" + suffix,
                "feedback" + suffix);
        topology.addSink(
                "completions-out" + suffix,
                again(topics.completions().name(), step),
                Serdes.String().serializer(),
                completionSerde.serializer(),
                "pass" + suffix);
        topology.addSink(
                "feedback-out" + suffix,
                again(topics.feedback().name(), step),
                Serdes.String().serializer(),
                feedbackSerde.serializer(),
                "pass" + suffix);
    }

    /** Sends each record to the sink of its type. */
    private static final class Pass extends ContextualProcessor<String, SpecificRecord, String, SpecificRecord> {
        private final String completions;
        private final String feedback;

        Pass(String completions, String feedback) {
            this.completions = completions;
            this.feedback = feedback;
        }

        @Override
        public void process(Record<String, SpecificRecord> record) {
            context().forward(record, record.value() instanceof CompletionServed ? completions : feedback);
        }
    }
}
