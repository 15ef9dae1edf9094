package dev.attune.publisher.control;

import dev.attune.events.ReleaseControl;
import dev.attune.schemas.TopicReader;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the control topic in a thread of its own, so that a wish is heard also while the publisher waits for a replica.
 */
public final class WishTopic implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WishTopic.class);
    private static final Duration POLL = Duration.ofSeconds(1);

    private final TopicReader<ReleaseControl> reader;
    private final Wishes wishes = new Wishes();
    private final String tenant;
    private final String modelId;
    private final Runnable heard;
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable RuntimeException failure;

    private WishTopic(TopicReader<ReleaseControl> reader, String tenant, String modelId, Runnable heard) {
        this.reader = reader;
        this.tenant = tenant;
        this.modelId = modelId;
        this.heard = heard;
        this.thread = Thread.ofPlatform().name("release-control").daemon().unstarted(this::follow);
    }

    /**
     * Reads what was said so far, and goes on reading.
     *
     * @param reader closed with this
     * @param heard called after each further wish, in the reading thread
     */
    public static WishTopic follow(TopicReader<ReleaseControl> reader, String tenant, String modelId, Runnable heard) {
        WishTopic topic = new WishTopic(reader, tenant, modelId, heard);
        reader.readToEnd(topic.ours(wish -> {}));
        topic.thread.start();
        return topic;
    }

    /**
     * What people want.
     *
     * @throws IllegalStateException if the topic cannot be read any more: what people say would not be heard
     */
    public Wishes wishes() {
        RuntimeException cause = failure;
        if (cause != null) {
            throw new IllegalStateException("the control topic cannot be read", cause);
        }
        return wishes;
    }

    private void follow() {
        try {
            while (!closed) {
                reader.poll(POLL, ours(wish -> {
                    LOG.info("{} {} by {} {}", wish.getCommand(), wish.getVersion(), wish.getBy(), wish.getDetail());
                    heard.run();
                }));
            }
        } catch (WakeupException | InterruptException asked) {
            LOG.debug("asked to stop", asked);
        } catch (RuntimeException e) {
            failure = e;
            heard.run();
        }
    }

    private Consumer<ReleaseControl> ours(Consumer<ReleaseControl> after) {
        return control -> {
            if (control.getTenant().equals(tenant) && control.getModelId().equals(modelId)) {
                wishes.apply(control);
                after.accept(control);
            }
        };
    }

    @Override
    public void close() {
        closed = true;
        reader.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reader.close();
    }
}
