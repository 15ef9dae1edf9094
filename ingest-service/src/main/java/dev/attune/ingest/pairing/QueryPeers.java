package dev.attune.ingest.pairing;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/** Who of the instances holds a key, and what that one answers. */
final class QueryPeers implements AutoCloseable {
    /** Marks a question that an instance passed on: it is not passed on again. */
    static final String FORWARDED = "Attune-Forwarded";

    private static final Duration BOUND = Duration.ofSeconds(5);

    private final KafkaStreams streams;
    private final @Nullable HostInfo self;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(BOUND).build();

    /** @param self as the other instances know this one; null where there are no others */
    QueryPeers(KafkaStreams streams, @Nullable String self) {
        this.streams = streams;
        this.self = self == null ? null : HostInfo.buildFromEndpoint(self);
    }

    /**
     * Where a key is.
     *
     * @param peer null where this instance holds it
     */
    record Place(int partition, @Nullable HostInfo peer) {}

    /** What a peer answered. */
    record PeerAnswer(int status, String body) {}

    Place find(String store, String key) {
        KeyQueryMetadata found;
        try {
            found = streams.queryMetadataForKey(store, key, new StringSerializer());
        } catch (IllegalStateException notRunning) {
            throw new QueryProblem(QueryProblem.Reason.NOT_HERE, "this instance is starting or stopping");
        }
        if (found == null || found.equals(KeyQueryMetadata.NOT_AVAILABLE)) {
            throw new QueryProblem(QueryProblem.Reason.NOT_HERE, "the instances are sharing the partitions out");
        }
        boolean here = self == null || self.equals(found.activeHost());
        return new Place(found.partition(), here ? null : found.activeHost());
    }

    PeerAnswer ask(HostInfo peer, String kind, String id, String authorization) {
        URI uri = URI.create("http://%s:%d/v1/%s/%s"
                .formatted(
                        peer.host(),
                        peer.port(),
                        kind,
                        URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20")));
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(BOUND)
                .header("Authorization", authorization)
                .header(FORWARDED, "1")
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return new PeerAnswer(answer.statusCode(), answer.body());
        } catch (IOException e) {
            throw new QueryProblem(
                    QueryProblem.Reason.PEER_UNAVAILABLE,
                    "instance " + peer.host() + ":" + peer.port() + " did not answer: ask again in a moment");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueryProblem(QueryProblem.Reason.PEER_UNAVAILABLE, "interrupted");
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
