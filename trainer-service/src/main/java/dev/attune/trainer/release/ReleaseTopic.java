package dev.attune.trainer.release;

import dev.attune.events.ReleaseChanged;
import dev.attune.schemas.TopicReader;
import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads the releases of one tenant's model: first all that is there, then what comes. Belongs to one thread. */
public final class ReleaseTopic implements AutoCloseable {
    private final TopicReader<ReleaseChanged> reader;
    private final String tenant;
    private final String modelId;
    private final PromotedReleases releases = new PromotedReleases();

    /** @param consumer reads committed records only, without a group; closed with this */
    public ReleaseTopic(
            Consumer<byte[], byte[]> consumer,
            String topic,
            Deserializer<ReleaseChanged> deserializer,
            String tenant,
            String modelId) {
        this.reader = new TopicReader<>(consumer, topic, deserializer);
        this.tenant = tenant;
        this.modelId = modelId;
    }

    /**
     * Reads what is there now.
     *
     * @throws IllegalStateException if the end is not reached, and nothing comes for two minutes
     */
    public void readToEnd() {
        reader.readToEnd(this::apply);
    }

    /** Reads what has come; does not wait. */
    public void poll() {
        reader.poll(Duration.ZERO, this::apply);
    }

    /** As far as was read. */
    public PromotedReleases releases() {
        return releases;
    }

    private void apply(ReleaseChanged event) {
        if (event.getTenant().equals(tenant) && event.getModelId().equals(modelId)) {
            releases.apply(event);
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
