package dev.attune.trainer.checkpoint;

import java.util.Iterator;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a trainer writes to Kafka, in transactions whose id is derived from the model: the broker lets only the
 * trainer that started last commit.
 */
public final class TrainerTransactions implements AutoCloseable {
    private final Producer<byte[], byte[]> producer;
    private final String transactionalId;

    /** @param producer with this transactional id; closed with this */
    public TrainerTransactions(Producer<byte[], byte[]> producer, String transactionalId) {
        this.producer = producer;
        this.transactionalId = transactionalId;
    }

    /** Fences every older trainer; what it was about to commit is committed or gone when this returns. */
    public void begin() {
        fenced(producer::initTransactions);
    }

    /**
     * Writes all records or none.
     *
     * @param records taken one by one: of a large transaction at most the producer's buffer is in memory at once
     * @throws FencedTrainerException if a newer trainer has begun
     * @throws KafkaException if the cluster failed; the records may have been written
     */
    public void write(Stream<ProducerRecord<byte[], byte[]>> records) {
        Iterator<ProducerRecord<byte[], byte[]>> all = records.iterator();
        if (all.hasNext()) {
            fenced(() -> writeAll(all));
        }
    }

    private void writeAll(Iterator<ProducerRecord<byte[], byte[]>> records) {
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        producer.beginTransaction();
        while (records.hasNext() && failure.get() == null) {
            Future<RecordMetadata> _ = producer.send(records.next(), (_, problem) -> {
                if (problem != null) {
                    failure.compareAndSet(null, problem);
                }
            });
        }
        producer.flush();
        Exception problem = failure.get();
        if (problem != null) {
            throw new KafkaException("a record could not be written", problem);
        }
        producer.commitTransaction();
    }

    private void fenced(Runnable work) {
        try {
            work.run();
        } catch (KafkaException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException) {
                    throw new FencedTrainerException(transactionalId, e);
                }
            }
            throw e;
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
