package dev.attune.publisher.desk;

import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseControl;
import dev.attune.kit.KafkaSettings;
import dev.attune.publisher.control.Wishes;
import dev.attune.publisher.log.TopicReaders;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.TopicReader;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows what is announced of releases and said about them, of all models, in a thread of its own: what a server shows. */
final class DeskFeed implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DeskFeed.class);
    private static final Duration POLL = Duration.ofMillis(100);

    private final TopicReader<ReleaseChanged> releases;
    private final TopicReader<ReleaseControl> control;
    private final Map<String, ReleaseBoard> boards = new ConcurrentHashMap<>();
    private final Map<String, Wishes> wishes = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean closed;

    private DeskFeed(TopicReader<ReleaseChanged> releases, TopicReader<ReleaseControl> control) {
        this.releases = releases;
        this.control = control;
        this.thread = Thread.ofPlatform().name("release-desk").daemon().unstarted(this::follow);
    }

    /** Reads what is there, and goes on reading. */
    static DeskFeed follow(KafkaSettings kafka, Topics topics, AvroSerdes serdes) {
        TopicReader<ReleaseChanged> releases = TopicReaders.open(kafka, topics.releases(), serdes);
        TopicReader<ReleaseControl> control;
        try {
            control = TopicReaders.open(kafka, topics.releaseControl(), serdes);
        } catch (RuntimeException e) {
            releases.close();
            throw e;
        }
        DeskFeed feed = new DeskFeed(releases, control);
        releases.readToEnd(feed::apply);
        control.readToEnd(feed::apply);
        feed.thread.start();
        return feed;
    }

    ReleaseBoard board(String tenant, String modelId) {
        return boards.computeIfAbsent(name(tenant, modelId), name -> new ReleaseBoard());
    }

    Wishes wishes(String tenant, String modelId) {
        return wishes.computeIfAbsent(name(tenant, modelId), name -> new Wishes());
    }

    private void apply(ReleaseChanged event) {
        board(event.getTenant(), event.getModelId()).apply(event);
    }

    private void apply(ReleaseControl said) {
        wishes(said.getTenant(), said.getModelId()).apply(said);
    }

    private static String name(String tenant, String modelId) {
        return Topics.key(tenant, modelId);
    }

    private void follow() {
        try {
            while (!closed) {
                releases.poll(POLL, this::apply);
                control.poll(Duration.ZERO, this::apply);
            }
        } catch (WakeupException | InterruptException asked) {
            LOG.debug("asked to stop", asked);
        } catch (RuntimeException e) {
            LOG.error("what is shown of releases stands still from here on", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        releases.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        releases.close();
        control.close();
    }
}
