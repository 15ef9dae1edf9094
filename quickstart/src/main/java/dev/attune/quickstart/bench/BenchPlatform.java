package dev.attune.quickstart.bench;

import dev.attune.embedded.EmbeddedKafka;
import dev.attune.embedded.RegistryProcess;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.RegistryClients;
import dev.attune.schemas.TopicAdmin;
import dev.attune.schemas.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The broker, the registry and a folder for state; all of it goes away at the end. */
public final class BenchPlatform implements AutoCloseable {
    private final Path folder;
    private final EmbeddedKafka kafka;
    private final RegistryProcess registry;
    private final AvroSerdes serdes;
    private final Admin admin;

    private BenchPlatform(Path folder, EmbeddedKafka kafka, RegistryProcess registry) {
        this.folder = folder;
        this.kafka = kafka;
        this.registry = registry;
        serdes = new AvroSerdes(RegistryClients.create(registry.url(), Map.of()));
        admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    /** Starts broker and registry, with all their files in the one folder. */
    public static BenchPlatform start() throws IOException {
        Path folder = Files.createTempDirectory("attune-bench-");
        try {
            EmbeddedKafka kafka = EmbeddedKafka.start(0, folder.resolve("kafka"));
            try {
                return new BenchPlatform(folder, kafka, RegistryProcess.start(0, folder.resolve("registry")));
            } catch (Throwable e) {
                kafka.close();
                throw e;
            }
        } catch (Throwable e) {
            // Errors too: classes of the broker that add a shutdown hook cannot be loaded while the JVM shuts down.
            delete(folder);
            throw e;
        }
    }

    /** Topics that nobody used before; their prefix names the run. */
    public Topics createTopics(String run, int partitions) throws ExecutionException, InterruptedException {
        Topics topics = new Topics("bench-" + run + ".");
        TopicAdmin.createMissing(admin, topics, partitions, (short) 1);
        return topics;
    }

    /** Gives the disk back: a long benchmark would fill it. */
    public void deleteTopics(Topics topics) throws ExecutionException, InterruptedException {
        List<String> ours = admin.listTopics().names().get().stream()
                .filter(name -> name.startsWith(topics.prefix()))
                .toList();
        admin.deleteTopics(ours).all().get();
    }

    /** How many records each topic of the run holds, by its name without the prefix; a transaction's marker is one too. */
    public SortedMap<String, Long> records(Topics topics) throws ExecutionException, InterruptedException {
        List<String> ours = admin.listTopics().names().get().stream()
                .filter(name -> name.startsWith(topics.prefix()))
                .toList();
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        admin.describeTopics(ours)
                .allTopicNames()
                .get()
                .forEach((name, topic) -> topic.partitions()
                        .forEach(partition ->
                                latest.put(new TopicPartition(name, partition.partition()), OffsetSpec.latest())));
        SortedMap<String, Long> records = new TreeMap<>();
        admin.listOffsets(latest)
                .all()
                .get()
                .forEach((partition, end) -> records.merge(
                        partition.topic().substring(topics.prefix().length()), end.offset(), Long::sum));
        return records;
    }

    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    public String registryUrl() {
        return registry.url();
    }

    public AvroSerdes serdes() {
        return serdes;
    }

    public Admin admin() {
        return admin;
    }

    public Path folder() {
        return folder;
    }

    @Override
    public void close() {
        try (kafka;
                registry;
                admin) {
            // Whoever depends on another part goes first, and what cannot be closed keeps nothing else open.
        } finally {
            delete(folder);
        }
    }

    public static void delete(Path folder) {
        try (Stream<Path> tree = Files.walk(folder)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path entry : deepestFirst) {
                Files.deleteIfExists(entry);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }

    /** As {@link #bytes}, of a folder in which files come and go. */
    public static long bytesWhileWritten(Path folder) throws IOException {
        long[] bytes = {0};
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes[0] += attributes.size();
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return bytes[0];
    }

    public static long bytes(Path folder) {
        try (Stream<Path> tree = Files.walk(folder)) {
            return tree.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
        }
    }
}
