package dev.attune.quickstart.bench.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The fastest way that records come to Kafka from this process: ready-made, one after the other, with the gateway's own settings, a bounded
 * number of them on their way. What a gateway adds (HTTP, JSON, checks, Avro) is measured against it.
 */
final class BareProducer implements AutoCloseable {
    private final KafkaProducer<String, byte[]> producer;
    private final List<ProducerRecord<String, byte[]>> records;
    private int next;

    BareProducer(Map<String, Object> settings, List<ProducerRecord<String, byte[]>> records) {
        this.producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        this.records = records;
    }

    /**
     * Writes for so long.
     *
     * @param mostOnTheirWay as many as the clients of a gateway have, with all their batches
     * @return acknowledged events per second
     */
    double run(int mostOnTheirWay, Duration length) throws InterruptedException {
        Semaphore room = new Semaphore(mostOnTheirWay);
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        long begin = System.nanoTime();
        long end = begin + length.toNanos();
        long sent = 0;
        while (System.nanoTime() < end) {
            room.acquire();
            ProducerRecord<String, byte[]> record = records.get(next++ % records.size());
            var _ = producer.send(record, (metadata, e) -> {
                if (e != null) {
                    failure.compareAndSet(null, e);
                }
                room.release();
            });
            sent++;
        }
        room.acquire(mostOnTheirWay);
        Exception first = failure.get();
        if (first != null) {
            throw new IllegalStateException("the bare producer could not write", first);
        }
        return sent / ((System.nanoTime() - begin) / 1e9);
    }

    @Override
    public void close() {
        producer.close();
    }
}
