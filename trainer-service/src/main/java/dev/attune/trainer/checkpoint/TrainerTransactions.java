package dev.attune.trainer.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;

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
     * @throws FencedTrainerException if a newer trainer has begun
     * @throws KafkaException if the cluster failed; the records may have been written
     */
    public void write(List<ProducerRecord<byte[], byte[]>> records) {
        if (!records.isEmpty()) {
            fenced(() -> writeAll(records));
        }
    }

    private void writeAll(List<ProducerRecord<byte[], byte[]>> records) {
        producer.beginTransaction();
        List<Future<RecordMetadata>> sent = new ArrayList<>(records.size());
        records.forEach(record -> sent.add(producer.send(record)));
        producer.flush();
        for (Future<RecordMetadata> one : sent) {
            await(one);
        }
        producer.commitTransaction();
    }

    private static void await(Future<RecordMetadata> sent) {
        try {
            sent.get();
        } catch (ExecutionException e) {
            throw new KafkaException("a record could not be written", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while records were written", e);
        }
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
