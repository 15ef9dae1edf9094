package dev.attune.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/**
 * A real Kafka broker in this JVM: one KRaft node that is broker and controller, on the loopback address, without security.
 *
 * <p>It is for the quickstart and for tests: its data has one replica. Topics are never created automatically, as in a
 * production cluster. Up in about two seconds; closing takes half a second.
 */
public final class EmbeddedKafka implements AutoCloseable {
    private static final int NODE_ID = 1;
    /** Fixed, so that a kept folder is accepted by the next start. A Kafka cluster id is a UUID in base64. */
    private static final String CLUSTER_ID = "QXR0dW5lRW1iZWRkZWRLMQ";

    private final KafkaRaftServer server;
    private final int port;
    private final @Nullable Path folderToDelete;
    private boolean closed;

    private EmbeddedKafka(KafkaRaftServer server, int port, @Nullable Path folderToDelete) {
        this.server = server;
        this.port = port;
        this.folderToDelete = folderToDelete;
    }

    /** A broker on a free port whose data is deleted when it closes. */
    public static EmbeddedKafka start() {
        Path folder = Folders.temporary("attune-kafka-");
        return start(0, folder, folder);
    }

    /**
     * A broker whose data stays in a folder: the next start on it finds all topics and records.
     *
     * @param port the port to listen on, 0 for any free one
     * @param dataFolder created when absent
     * @throws PortInUseException when something listens on the port
     * @throws IllegalStateException when another broker uses the folder
     */
    public static EmbeddedKafka start(int port, Path dataFolder) {
        return start(port, dataFolder, null);
    }

    private static EmbeddedKafka start(int wishedPort, Path folder, @Nullable Path folderToDelete) {
        int port = FreePorts.choose(wishedPort, "the Kafka broker");
        int controllerPort = FreePorts.one();
        Folders.create(folder);
        refuseFolderInUse(folder);
        format(folder);
        KafkaRaftServer server = new KafkaRaftServer(
                KafkaConfig.fromProps(properties(port, controllerPort, folder), false), Time.SYSTEM);
        try {
            server.startup();
        } catch (RuntimeException failed) {
            server.shutdown();
            throw new IllegalStateException(
                    "the Kafka broker did not start on port " + port + ": " + failed.getMessage(), failed);
        }
        return new EmbeddedKafka(server, port, folderToDelete);
    }

    /** Where clients connect: {@code 127.0.0.1:port}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        server.shutdown();
        server.awaitShutdown();
        if (folderToDelete != null) {
            Folders.delete(folderToDelete);
        }
    }

    /** Kafka locks its folder itself, but finds that out half-way through its start and then ends the JVM. */
    private static void refuseFolderInUse(Path folder) {
        try (FileChannel file =
                        FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = file.tryLock()) {
            if (lock == null) {
                throw new IllegalStateException("folder " + folder + " is in use by another Kafka broker");
            }
        } catch (OverlappingFileLockException sameJvm) {
            throw new IllegalStateException(
                    "folder " + folder + " is in use by another Kafka broker of this process", sameJvm);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to the Kafka broker's folder " + folder, e);
        }
    }

    private static void format(Path folder) {
        try {
            new Formatter()
                    .setNodeId(NODE_ID)
                    .setClusterId(CLUSTER_ID)
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(folder.toString())
                    .addDirectory(folder.toString())
                    .setIgnoreFormatted(true)
                    .setHasDynamicQuorum(false)
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .run();
        } catch (Exception e) {
            throw new IllegalStateException(
                    "cannot format the Kafka broker's folder " + folder + ": " + e.getMessage(), e);
        }
    }

    private static Properties properties(int port, int controllerPort, Path folder) {
        String broker = "PLAINTEXT://127.0.0.1:" + port;
        Properties properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(NODE_ID));
        properties.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        properties.put("listeners", broker + ",CONTROLLER://127.0.0.1:" + controllerPort);
        properties.put("advertised.listeners", broker);
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("inter.broker.listener.name", "PLAINTEXT");
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("log.dirs", folder.toString());
        properties.put("auto.create.topics.enable", "false");
        // One node: internal topics have one replica, and few partitions keep start and stop quick.
        for (String topic : new String[] {"offsets.topic", "transaction.state.log", "share.coordinator.state.topic"}) {
            properties.put(topic + ".replication.factor", "1");
            properties.put(topic + ".num.partitions", "4");
        }
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        // Waiting for more group members only delays a group of one.
        properties.put("group.initial.rebalance.delay.ms", "0");
        // The smallest buffer that the cleaner accepts; the default of 128 MiB is most of the broker's heap.
        properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
        // A deleted topic gives its disk back soon, and not a minute later while something else is measured.
        properties.put("log.segment.delete.delay.ms", "1000");
        properties.put("num.network.threads", "2");
        properties.put("num.io.threads", "4");
        return properties;
    }
}
