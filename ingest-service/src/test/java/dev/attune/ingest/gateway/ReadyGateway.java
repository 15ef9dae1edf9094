package dev.attune.ingest.gateway;

import static org.awaitility.Awaitility.await;

import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import java.time.Duration;
import java.util.concurrent.ExecutionException;

/**
 * A gateway that takes events, on topics of its own, and a client of it.
 *
 * @param topics nobody else's
 */
record ReadyGateway(Topics topics, Gateway gateway, Http http) implements AutoCloseable {

    static ReadyGateway start(Platform platform, int partitions) throws ExecutionException, InterruptedException {
        return startOn(platform, platform.createTopics(partitions));
    }

    /** A further one on the topics of another. */
    static ReadyGateway startOn(Platform platform, Topics topics) {
        Gateway gateway = Gateway.start(TestConfigs.config(platform, topics));
        Http http = new Http(gateway.port());
        awaitReady(http);
        return new ReadyGateway(topics, gateway, http);
    }

    static void awaitReady(Http http) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> http.get("/health/ready").status() == 200);
    }

    @Override
    public void close() {
        http.close();
        gateway.close();
    }
}
