package dev.attune.quickstart.bench.gateway;

import dev.attune.ingest.gateway.Gateway;
import dev.attune.ingest.gateway.GatewayConfig;
import dev.attune.kit.ConfigFile;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/** The gateway with a producer that acknowledges at once and keeps nothing: everything but Kafka. */
public final class NoKafkaGatewayMain {
    private NoKafkaGatewayMain() {}

    /** Argument: the gateway's configuration file. */
    public static void main(String[] arguments) throws Exception {
        GatewayConfig config = ConfigFile.load(Path.of(arguments[0]), GatewayConfig.class);
        Gateway.start(config, settings -> acknowledging()).awaitEnd();
    }

    /** Of a producer's methods the gateway needs three. */
    @SuppressWarnings("unchecked")
    private static Producer<String, byte[]> acknowledging() {
        return (Producer<String, byte[]>) Proxy.newProxyInstance(
                NoKafkaGatewayMain.class.getClassLoader(), new Class<?>[] {Producer.class}, (proxy, method, given) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    if (!method.getName().equals("send")) {
                        throw new UnsupportedOperationException(method.toString());
                    }
                    String topic = ((ProducerRecord<?, ?>) given[0]).topic();
                    RecordMetadata stored = new RecordMetadata(new TopicPartition(topic, 0), 0, 0, 0, 0, 0);
                    if (given.length > 1) {
                        ((Callback) given[1]).onCompletion(stored, null);
                    }
                    return CompletableFuture.completedFuture(stored);
                });
    }
}
