package dev.attune.trainer.control;

import dev.attune.events.TrainerControl;
import dev.attune.schemas.TopicReader;
import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads the control topic: first all that is there, then what comes. Belongs to one thread. */
public final class ControlTopic implements AutoCloseable {
    private final TopicReader<TrainerControl> reader;
    private final ControlRecords records;
    private final ControlState state = new ControlState();

    /** @param consumer reads committed records only, without a group; closed with this */
    public ControlTopic(
            Consumer<byte[], byte[]> consumer,
            String topic,
            Deserializer<TrainerControl> deserializer,
            ControlRecords records) {
        this.reader = new TopicReader<>(consumer, topic, deserializer);
        this.records = records;
    }

    /**
     * Reads what is there now.
     *
     * @throws IllegalStateException if the end is not reached, and nothing comes for two minutes
     */
    public ControlState readToEnd() {
        reader.readToEnd(this::apply);
        return state;
    }

    /** What holds after the records that have come; waits at most so long for one. */
    public ControlState poll(Duration wait) {
        reader.poll(wait, this::apply);
        return state;
    }

    /** What this process has written holds at once; where a person wrote later, the topic's order decides. */
    ControlState written(Halt said) {
        state.apply(said);
        return state;
    }

    private void apply(TrainerControl control) {
        if (records.isOurs(control)) {
            state.apply(control);
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
