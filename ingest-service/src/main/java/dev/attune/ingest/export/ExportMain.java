package dev.attune.ingest.export;

import dev.attune.events.PreferencePair;
import dev.attune.kit.CommandLines;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ConfigFile;
import dev.attune.kit.ExitCode;
import dev.attune.kit.KafkaSettings;
import dev.attune.kit.SchemaRegistrySettings;
import dev.attune.kit.ServiceFailedException;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.RegistryClients;
import dev.attune.schemas.Topic;
import dev.attune.schemas.Topics;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs an export. */
@Command(
        name = "attune export",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes the preference pairs that hold, with their evidence, as JSONL: prompt, chosen and rejected are lists of"
                    + " messages, as TRL and Hugging Face datasets read them, and ./attune train --pairs too.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything that was asked for is in the file",
            "1:Kafka or the registry failed (there is no file), or records could not be read (the file lacks them)",
            "2:a wrong option, or a topic that is not there"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the options.
public final class ExportMain implements Callable<Integer> {
    /** Kafka's default of a minute is long for somebody who mistyped an address. */
    private static final int KAFKA_BOUND_MS = 15_000;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Source source;

    /** Two ways to say where Kafka is. */
    private static final class Source {
        @Option(
                names = "--config",
                required = true,
                paramLabel = "FILE",
                description = "Configuration (YAML): kafka, schemaRegistry, topicPrefix.")
        private @Nullable Path config;

        @ArgGroup(exclusive = false)
        private Addresses addresses;
    }

    private static final class Addresses {
        @Option(
                names = "--kafka",
                required = true,
                paramLabel = "HOST:PORT",
                description = "Brokers, for clusters that ask for no more than an address.")
        private String kafka;

        @Option(names = "--registry", required = true, paramLabel = "URL", description = "The Schema Registry.")
        private String registry;

        @Option(
                names = "--topic-prefix",
                paramLabel = "TEXT",
                defaultValue = Topics.DEFAULT_PREFIX,
                description = "Put before every topic name (default: ${DEFAULT-VALUE}).")
        private String topicPrefix;
    }

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to write; it is replaced.")
    private Path out;

    @Option(
            names = "--from",
            paramLabel = "INSTANT",
            description = "Only pairs whose newest evidence is not older, for example 2026-11-01T00:00:00Z.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "INSTANT", description = "Only pairs whose newest evidence is older.")
    private @Nullable String to;

    @Option(names = "--tenant", paramLabel = "ID", description = "Only this tenant's pairs (default: all tenants).")
    private @Nullable String tenant;

    @Option(names = "--model-id", paramLabel = "ID", description = "Only this model's pairs (default: all models).")
    private @Nullable String modelId;

    @Spec
    private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(CommandLines.run(new ExportMain(), arguments));
    }

    @Override
    public Integer call() throws IOException {
        PairFilter filter = new PairFilter(instant("--from", from), instant("--to", to), tenant, modelId);
        Path target = out.toAbsolutePath();
        if (target.getParent() == null || !Files.isDirectory(target.getParent()) || Files.isDirectory(target)) {
            throw new ConfigException("--out", "must be a file in a folder that exists, but is " + out);
        }
        ExportConfig config = config();
        ExportProgress progress = new ExportProgress(spec.commandLine().getErr());
        Path part = target.resolveSibling(target.getFileName() + ".part");
        try {
            export(config, filter, part, progress);
            // Nobody ever reads half an export.
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (KafkaException e) {
            throw new ServiceFailedException("Kafka or the registry did not answer: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(part);
        }
        spec.commandLine().getOut().printf("%d pairs written to %s%n", progress.written(), out);
        spec.commandLine().getOut().flush();
        return progress.unreadable() == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private static void export(ExportConfig config, PairFilter filter, Path part, ExportProgress progress)
            throws IOException {
        Topic<PreferencePair> topic = new Topics(config.topicPrefix()).preferencePairs();
        Map<String, Object> settings = config.kafka()
                .client(Map.of(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        KAFKA_BOUND_MS,
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        100));
        try (SchemaRegistryClient registry = RegistryClients.create(
                        config.schemaRegistry().url(), config.schemaRegistry().properties());
                Consumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                Writer file = Files.newBufferedWriter(part)) {
            List<PartitionInfo> partitions = consumer.partitionsFor(topic.name());
            if (partitions.isEmpty()) {
                throw new ConfigException("--topic-prefix", "the cluster has no topic " + topic.name());
            }
            new PairExport(
                            consumer,
                            new AvroSerdes(registry).deserializer(PreferencePair.class),
                            topic,
                            filter,
                            progress)
                    .run(partitions, file);
        }
    }

    private ExportConfig config() {
        Path file = source.config;
        if (file != null) {
            return ConfigFile.load(file, ExportConfig.class);
        }
        Addresses addresses = source.addresses;
        return new ExportConfig(
                new KafkaSettings(addresses.kafka, Map.of()),
                new SchemaRegistrySettings(addresses.registry, Map.of()),
                addresses.topicPrefix);
    }

    private static @Nullable Instant instant(String option, @Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new ConfigException(option, "must be an instant such as 2026-11-01T00:00:00Z, but is '" + text + "'");
        }
    }
}
