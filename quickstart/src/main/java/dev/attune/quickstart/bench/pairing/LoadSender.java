package dev.attune.quickstart.bench.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.quickstart.bench.BenchPlatform;
import dev.attune.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Writes a load into the input topics, as the gateway would. */
final class LoadSender implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final Topics topics;
    private final Serializer<CompletionServed> completions;
    private final Serializer<FeedbackGiven> feedback;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    LoadSender(BenchPlatform platform, Topics topics) {
        this.topics = topics;
        this.completions = platform.serdes().serializer(CompletionServed.class);
        this.feedback = platform.serdes().serializer(FeedbackGiven.class);
        this.producer = new KafkaProducer<>(
                Map.of(
                        // A partition that was just created may refuse one batch and take the one after it: with
                        // several
                        // on their way the first would be out of order for good.
                        ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                        1,
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        platform.bootstrapServers(),
                        ProducerConfig.LINGER_MS_CONFIG,
                        5,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        64 << 10),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** @throws InterruptedException if the thread was interrupted; Kafka's producer notices only where it has to wait */
    void send(Supplier<Load> load, long events) throws InterruptedException {
        for (long i = 0; i < events; i++) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted after " + i + " of " + events + " events");
            }
            send(load.get());
        }
        flush();
    }

    void send(Load load) {
        Instant now = Instant.now();
        String topic;
        byte[] bytes;
        switch (load) {
            case Load.Completion completion -> {
                topic = topics.completions().name();
                bytes = completions.serialize(topic, (CompletionServed) completion.at(now));
            }
            case Load.Feedback given -> {
                topic = topics.feedback().name();
                bytes = feedback.serialize(topic, (FeedbackGiven) given.at(now));
            }
        }
        var _ = producer.send(
                new ProducerRecord<>(topic, load.key().getBytes(StandardCharsets.UTF_8), bytes), (metadata, e) -> {
                    if (e != null) {
                        failure.compareAndSet(null, e);
                    }
                });
    }

    void flush() {
        producer.flush();
        Exception first = failure.get();
        if (first != null) {
            throw new IllegalStateException("the load could not be written", first);
        }
    }

    @Override
    public void close() {
        // An interrupted thread is not to wait for what is still to be sent; Kafka's producer would also log an error.
        boolean interrupted = Thread.interrupted();
        producer.close(interrupted ? Duration.ZERO : Duration.ofMillis(Long.MAX_VALUE));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
