package dev.attune.ingest.gateway.log;

import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import dev.attune.schemas.Topic;
import dev.attune.schemas.TopicAdmin;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificData;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether events can be stored now: Kafka answers, it has the topics and enough copies of them, and the registry has our schemas. It looks every two
 * seconds in a thread of its own, so that no request waits for a registry or a cluster that is away.
 */
public final class Readiness implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final Duration DESCRIBE_TIMEOUT = Duration.ofSeconds(5);

    private final Admin admin;
    private final SchemaRegistryClient registry;
    private final List<Topic<?>> topics;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("readiness").daemon(true).factory());

    private volatile boolean schemasRegistered;
    private volatile Optional<String> problem = Optional.of("not checked yet");

    public Readiness(Admin admin, SchemaRegistryClient registry, List<Topic<?>> topics) {
        this.admin = admin;
        this.registry = registry;
        this.topics = topics;
    }

    public void start() {
        ScheduledFuture<?> _ = clock.scheduleWithFixedDelay(this::look, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Nothing while all is well. */
    public Optional<String> problem() {
        return problem;
    }

    /**
     * Refuses to begin before the schemas are registered: only then no request can wait for the registry. A cluster that is
     * away later shows itself in time limits.
     */
    public void require() {
        if (!schemasRegistered) {
            throw new Rejected(Reason.NOT_READY, "the gateway has not reached Kafka and the schema registry yet");
        }
    }

    private void look() {
        Optional<String> found;
        try {
            found = kafkaProblem().or(this::registryProblem);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (RuntimeException e) {
            // A task that throws is never scheduled again.
            found = Optional.of("the check failed: " + e);
        }
        if (!found.equals(problem)) {
            LOG.info("{}", found.map(text -> "not ready: " + text).orElse("ready"));
        }
        problem = found;
    }

    private Optional<String> kafkaProblem() throws InterruptedException {
        try {
            return TopicAdmin.underReplicated(
                            admin, topics.stream().map(Topic::name).toList(), DESCRIBE_TIMEOUT)
                    .map(problem -> "Kafka: " + problem);
        } catch (ExecutionException e) {
            return Optional.of("Kafka: " + (e.getCause() == null ? e : e.getCause()).getMessage());
        } catch (TimeoutException e) {
            return Optional.of("Kafka did not answer within " + DESCRIBE_TIMEOUT);
        }
    }

    private Optional<String> registryProblem() {
        if (schemasRegistered) {
            return Optional.empty();
        }
        for (Topic<?> topic : topics) {
            try {
                // As the serializer will: this client then has the id at hand.
                AvroSchema schema = new AvroSchema(
                        SpecificData.getForClass(topic.valueType()).getSchema(topic.valueType()));
                int _ = registry.register(topic.name() + "-value", schema);
            } catch (IOException e) {
                return Optional.of("the schema registry did not answer: " + e.getMessage());
            } catch (RestClientException e) {
                return Optional.of("the schema registry refused the schema of " + topic.name() + ": " + e.getMessage());
            }
        }
        schemasRegistered = true;
        return Optional.empty();
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
