package dev.attune.quickstart.bench.gateway;

import dev.attune.kit.HttpServers;
import dev.attune.schemas.Topics;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A server whose handler only produces: it reads the body, writes a ready-made record, and answers when that is acknowledged. No JSON, no
 * checks, no keys. What is left of a gateway's rate beside it is what the gateway does.
 */
public final class ProduceOnlyMain {
    private static final byte[] ANSWER = "{}".getBytes(StandardCharsets.US_ASCII);

    private ProduceOnlyMain() {}

    /** Arguments: port, bootstrap servers, topic prefix, file of records. */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        List<ProducerRecord<String, byte[]>> records =
                StoredEvents.load(Path.of(arguments[3])).records(new Topics(arguments[2]));
        KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                ServersUnderTest.producerSettings(arguments[1]), new StringSerializer(), new ByteArraySerializer());
        AtomicInteger next = new AtomicInteger();
        Handler handler = (request, response) -> {
            try (InputStream body = request.content().inputStream()) {
                body.readAllBytes();
            }
            int index = Math.floorMod(next.getAndIncrement(), records.size());
            producer.send(records.get(index)).get();
            response.status(Status.ACCEPTED_202)
                    .header(HeaderNames.CONTENT_TYPE, "application/json")
                    .send(ANSWER);
        };
        HttpServers.start(
                "port",
                "127.0.0.1",
                port,
                HttpRouting.builder()
                        .post("/v1/completions", handler)
                        .post("/v1/feedback", handler)
                        .get("/health/ready", (request, response) -> response.send(ANSWER)));
        new CountDownLatch(1).await();
    }
}
