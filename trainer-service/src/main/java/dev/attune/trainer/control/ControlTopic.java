package dev.attune.trainer.control;

import dev.attune.events.TrainerControl;
import dev.attune.schemas.UnreadableRecordException;
import dev.attune.trainer.topic.WholeTopic;
import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the control topic: first all that is there, then what comes. Belongs to one thread. */
public final class ControlTopic implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlTopic.class);

    private final Consumer<byte[], byte[]> consumer;
    private final String topic;
    private final Deserializer<TrainerControl> deserializer;
    private final ControlRecords records;
    private final ControlState state = new ControlState();

    /** @param consumer reads committed records only, without a group; closed with this */
    public ControlTopic(
            Consumer<byte[], byte[]> consumer,
            String topic,
            Deserializer<TrainerControl> deserializer,
            ControlRecords records) {
        this.consumer = consumer;
        this.topic = topic;
        this.deserializer = deserializer;
        this.records = records;
    }

    /**
     * Reads what is there now.
     *
     * @throws IllegalStateException if the end is not reached within two minutes
     */
    public ControlState readToEnd() {
        WholeTopic.read(consumer, topic, this::apply);
        return state;
    }

    /** What holds after the records that have come; waits at most so long for one. */
    public ControlState poll(Duration wait) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
            apply(record);
        }
        return state;
    }

    /** What this process has written holds at once; where a person wrote later, the topic's order decides. */
    ControlState written(Halt said) {
        state.apply(said);
        return state;
    }

    private void apply(ConsumerRecord<byte[], byte[]> record) {
        try {
            TrainerControl control = deserializer.deserialize(record.topic(), record.value());
            if (control != null && records.isOurs(control)) {
                state.apply(control);
            }
        } catch (UnreadableRecordException | IllegalArgumentException e) {
            LOG.error(
                    "{}-{} offset {} is no command and does not count: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
