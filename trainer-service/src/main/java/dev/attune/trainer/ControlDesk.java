package dev.attune.trainer;

import dev.attune.events.CheckpointCommitted;
import dev.attune.events.TrainerControl;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ServiceFailedException;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.RegistryClients;
import dev.attune.schemas.Topics;
import dev.attune.trainer.checkpoint.CommittedCheckpoints;
import dev.attune.trainer.control.ControlRecords;
import dev.attune.trainer.control.ControlState;
import dev.attune.trainer.control.ControlTopic;
import dev.attune.trainer.control.Halt;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** What a person can ask of a trainer, running or not: it is said on the control topic, which a trainer reads. */
final class ControlDesk implements AutoCloseable {
    private final TrainerClients clients;
    private final Topics topics;
    private final SchemaRegistryClient registry;
    private final AvroSerdes serdes;
    private final ControlRecords records;

    /**
     * Looks up what holds now.
     *
     * @throws ConfigException if a topic is not there
     * @throws ServiceFailedException if the cluster does not answer
     */
    ControlDesk(TrainerConfig config) throws InterruptedException {
        this.clients = new TrainerClients(config);
        this.topics = new Topics(config.topicPrefix());
        clients.requireTopics(topics);
        this.registry = RegistryClients.create(
                config.schemaRegistry().url(), config.schemaRegistry().properties());
        this.serdes = new AvroSerdes(registry);
        this.records = new ControlRecords(
                topics.trainerControl(), serdes.serializer(TrainerControl.class), config.owner(), config.modelId());
    }

    ControlState state() {
        try (ControlTopic control = new ControlTopic(
                clients.consumer("desk"),
                topics.trainerControl().name(),
                serdes.deserializer(TrainerControl.class),
                records)) {
            return control.readToEnd();
        }
    }

    CommittedCheckpoints checkpoints() {
        return clients.committedCheckpoints("desk", topics, serdes);
    }

    void halt(String detail, String by) {
        write(records.halt(new Halt(Halt.OPERATOR, detail, by, Instant.ofEpochMilli(System.currentTimeMillis()))));
    }

    /**
     * Lets the trainer go on.
     *
     * @param version the checkpoint to go on from; null: the newest
     */
    void resume(@Nullable String version, String by) {
        if (version == null) {
            write(records.run(null, by));
            return;
        }
        CommittedCheckpoints committed = checkpoints();
        find(committed, version);
        List<CheckpointCommitted> newest = committed.lineage();
        write(records.run(new ControlState.GoOnFrom(version, newest.getFirst().getVersion()), by));
    }

    void approve(String version, String by) {
        if (!find(checkpoints(), version).getAwaitsApproval()) {
            throw new ConfigException("VERSION", version + " does not wait for approval");
        }
        write(records.approve(version, by));
    }

    private static CheckpointCommitted find(CommittedCheckpoints committed, String version) {
        return committed.all().stream()
                .filter(one -> one.getVersion().equals(version))
                .findFirst()
                .orElseThrow(() -> new ConfigException(
                        "VERSION", version + " is no checkpoint of this trainer: `status` shows which there are"));
    }

    private void write(ProducerRecord<byte[], byte[]> record) {
        try (Producer<byte[], byte[]> producer = clients.plainProducer()) {
            producer.send(record).get();
        } catch (ExecutionException e) {
            throw new ServiceFailedException("the control topic could not be written: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServiceFailedException("interrupted while the control topic was written", e);
        }
    }

    @Override
    public void close() throws IOException {
        registry.close();
    }
}
