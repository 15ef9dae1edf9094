package dev.attune.publisher.desk;

import dev.attune.kit.HttpServers;
import dev.attune.publisher.ApiSettings;
import dev.attune.publisher.ModelSettings;
import dev.attune.publisher.PublisherConfig;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topics;
import io.helidon.webserver.WebServer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP API of a publisher's releases. */
public final class ReleaseApi implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReleaseApi.class);

    private final WebServer server;
    private final Map<String, ReleaseDesk> desks;
    private final DeskFeed feed;

    private ReleaseApi(WebServer server, Map<String, ReleaseDesk> desks, DeskFeed feed) {
        this.server = server;
        this.desks = desks;
        this.feed = feed;
    }

    /** @throws dev.attune.kit.ConfigException if the port cannot be taken, or a key is there twice */
    public static ReleaseApi start(ApiSettings settings, PublisherConfig config, Topics topics, AvroSerdes serdes) {
        Map<String, ReleaseDesk> desks = new LinkedHashMap<>();
        DeskFeed feed = DeskFeed.follow(config.kafka(), topics, serdes);
        try {
            for (ModelSettings model : config.models()) {
                desks.put(
                        model.name(),
                        ReleaseDesk.of(feed, config.kafka(), topics, serdes, model.tenant(), model.modelId()));
            }
            WebServer server = HttpServers.start(
                    "api.port",
                    settings.host(),
                    settings.port(),
                    new ReleaseRoutes(settings.operators(), desks).routing());
            LOG.info("releases on port {}", server.port());
            return new ReleaseApi(server, desks, feed);
        } catch (RuntimeException e) {
            desks.values().forEach(ReleaseDesk::close);
            feed.close();
            throw e;
        }
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
        desks.values().forEach(ReleaseDesk::close);
        feed.close();
    }
}
