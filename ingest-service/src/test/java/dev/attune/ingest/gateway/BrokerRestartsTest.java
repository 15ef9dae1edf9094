package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attune.embedded.EmbeddedKafka;
import dev.attune.embedded.FreePorts;
import dev.attune.events.FeedbackGiven;
import dev.attune.schemas.TopicAdmin;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Load on a gateway with a small heap while its broker goes and comes back, several times. */
@ExtendWith(PlatformExtension.class)
class BrokerRestartsTest {
    private static final Duration BOUND = Duration.ofSeconds(90);
    private static final Topics TOPICS = new Topics("restarts.");
    private static final int STOPS = 3;
    private static final int CLIENTS = 48;
    private static final int BATCH = 20;
    private static final int EVENTS_BETWEEN_STOPS = 3000;

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<Integer> statuses = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean stop = new AtomicBoolean();

    @TempDir
    Path folder;

    @Test
    void everyAcknowledgedEventIsInTheLogAndNobodyIsToldAnythingElse(Platform platform) throws Exception {
        int port = FreePorts.one();
        EmbeddedKafka kafka = EmbeddedKafka.start(port, folder.resolve("kafka"));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            TopicAdmin.createMissing(admin, TOPICS, 3, (short) 1);
        }
        String heap = "96m";
        try (GatewayProcess gateway = GatewayProcess.start(
                        folder,
                        kafka.bootstrapServers(),
                        platform.registryUrl(),
                        TOPICS.prefix(),
                        heap,
                        "maxInFlightBytes: 16777216\nacknowledgementTimeout: 1500ms\n");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                boolean batches = i % 2 == 0;
                clients.add(threads.submit(() -> {
                    while (!stop.get()) {
                        sendUntilStored(gateway.http(), batches ? BATCH : 1);
                    }
                }));
            }

            // When the broker goes away under load, and comes back once clients were refused
            for (int i = 0; i < STOPS; i++) {
                int before = acknowledged.size();
                await().atMost(BOUND).until(() -> acknowledged.size() > before + EVENTS_BETWEEN_STOPS);
                kafka.close();
                statuses.remove(503);
                await().atMost(BOUND).until(() -> statuses.contains(503));
                kafka = EmbeddedKafka.start(port, folder.resolve("kafka"));
            }
            int before = acknowledged.size();
            await().atMost(BOUND).until(() -> acknowledged.size() > before + EVENTS_BETWEEN_STOPS);
            stop.set(true);
            for (Future<?> client : clients) {
                client.get(120, TimeUnit.SECONDS);
            }

            // Then
            assertThat(gateway.process().isAlive()).as("with " + heap).isTrue();
            assertThat(statuses).isSubsetOf(202, 429, 503);
            assertThat(gateway.http().get("/metrics").text())
                    .contains("attune_gateway_rejections_total{reason=\"internal\",service=\"gateway\"} 0.0")
                    .contains("attune_gateway_in_flight_bytes{service=\"gateway\"} 0.0");
            Map<String, Set<String>> stored = stored(platform, kafka.bootstrapServers());
            assertThat(stored.keySet()).containsAll(acknowledged);
            // Copies of an event are one event to pairing: it tells them by the id, and by a digest without times.
            assertThat(stored.values()).allSatisfy(copies -> assertThat(copies).hasSize(1));
            System.out.println("broker stopped " + STOPS + " times: " + acknowledged.size() + " events acknowledged, "
                    + stored.size() + " in the log");
        } finally {
            stop.set(true);
            kafka.close();
        }
    }

    private void sendUntilStored(Http http, int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(UUID.randomUUID().toString());
        }
        await().atMost(BOUND)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    try {
                        return count == 1 ? storedAlone(http, ids.getFirst()) : storedInBatch(http, ids);
                    } catch (UncheckedIOException broken) {
                        return false;
                    }
                });
    }

    private boolean storedAlone(Http http, String id) {
        int status = http.post("/v1/feedback", thumb(id)).status();
        statuses.add(status);
        return status == 202 && acknowledged.add(id);
    }

    private boolean storedInBatch(Http http, List<String> ids) {
        Http.Answer answer = http.post(
                "/v1/batch",
                ids.stream()
                        .map(id -> "{\"feedback\": " + thumb(id) + "}")
                        .collect(Collectors.joining(",", "{\"items\": [", "]}")));
        if (answer.status() != 200) {
            statuses.add(answer.status());
            return false;
        }
        boolean all = true;
        JsonNode items = answer.json().get("items");
        for (int i = 0; i < ids.size(); i++) {
            int status = items.get(i).get("status").asInt();
            statuses.add(status);
            all &= status == 202;
            if (status == 202) {
                acknowledged.add(ids.get(i));
            }
        }
        return all;
    }

    private static String thumb(String id) {
        return "{\"eventId\": \"" + id + "\", \"kind\": \"thumb\", \"turnId\": \"" + id
                + "\", \"completionId\": \"c1\", \"userId\": \"jane\", \"thumb\": \"up\"}";
    }

    /** Of each event the records that differ in more than their times. */
    private static Map<String, Set<String>> stored(Platform platform, String bootstrapServers) {
        Map<String, Set<String>> stored = new HashMap<>();
        try (KafkaConsumer<String, FeedbackGiven> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers),
                new StringDeserializer(),
                platform.serdes().deserializer(FeedbackGiven.class))) {
            List<TopicPartition> partitions = consumer
                    .partitionsFor(TOPICS.feedback().name())
                    .stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> stored.computeIfAbsent(record.value().getEventId(), _ -> new HashSet<>())
                                .add(FeedbackGiven.newBuilder(record.value())
                                        .setReceivedAt(Instant.EPOCH)
                                        .setOccurredAt(Instant.EPOCH)
                                        .build()
                                        .toString()));
            }
        }
        return stored;
    }
}
