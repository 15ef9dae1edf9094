package dev.attune.trainer.checkpoint;

import dev.attune.events.DeadLetter;
import dev.attune.schemas.Topic;
import dev.attune.trainer.batch.DeadLetterSink;
import dev.attune.trainer.batch.DeadLetters;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/** Writes dead letters through the trainer's transactions, so that a fenced trainer writes none. */
public final class DeadLetterTopic implements DeadLetterSink {
    private final DeadLetters letters;
    private final Topic<DeadLetter> topic;
    private final Serializer<DeadLetter> serializer;
    private final TrainerTransactions transactions;

    public DeadLetterTopic(
            DeadLetters letters,
            Topic<DeadLetter> topic,
            Serializer<DeadLetter> serializer,
            TrainerTransactions transactions) {
        this.letters = letters;
        this.topic = topic;
        this.serializer = serializer;
        this.transactions = transactions;
    }

    @Override
    public void write(List<SetAside> records) {
        transactions.write(records(records).stream());
    }

    /** The records of a transaction that has more in it. */
    List<ProducerRecord<byte[], byte[]>> records(List<SetAside> records) {
        Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
        return records.stream().map(one -> record(one, now)).toList();
    }

    private ProducerRecord<byte[], byte[]> record(SetAside one, Instant now) {
        DeadLetter letter = letters.of(one.source(), one.reason(), one.detail(), now);
        return new ProducerRecord<>(topic.name(), one.source().key(), serializer.serialize(topic.name(), letter));
    }
}
