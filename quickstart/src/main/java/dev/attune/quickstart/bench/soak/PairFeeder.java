package dev.attune.quickstart.bench.soak;

import dev.attune.events.PreferencePair;
import dev.attune.quickstart.bench.BenchPlatform;
import dev.attune.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/** Writes pairs as fast as they are trained: some always wait, and never many. */
final class PairFeeder implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final Serializer<PreferencePair> serializer;
    private final String topic;
    private final SoakPairs pairs;
    private long sent;

    PairFeeder(BenchPlatform platform, Topics topics, SoakPairs pairs) {
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", platform.bootstrapServers(), "max.in.flight.requests.per.connection", 1),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        this.serializer = platform.serdes().serializer(PreferencePair.class);
        this.topic = topics.preferencePairs().name();
        this.pairs = pairs;
    }

    /** Writes on until so many were written in all. */
    void upTo(long count) throws ExecutionException, InterruptedException {
        List<Future<RecordMetadata>> written = new ArrayList<>();
        for (; sent < count; sent++) {
            PreferencePair pair = pairs.next();
            byte[] key = Topics.key(pair.getTenant(), pair.getPairId()).getBytes(StandardCharsets.UTF_8);
            written.add(producer.send(new ProducerRecord<>(topic, key, serializer.serialize(topic, pair))));
        }
        for (Future<RecordMetadata> one : written) {
            one.get();
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
