package dev.attune.ingest.topics;

import dev.attune.kit.CommandLines;
import dev.attune.kit.ConfigFile;
import dev.attune.kit.ExitCode;
import dev.attune.schemas.TopicAdmin;
import dev.attune.schemas.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Creates the topics that a cluster lacks; those that are there stay as they are. */
@Command(
        name = "attune run topics",
        description = "Creates Attune's topics where they are missing.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the options.
public final class TopicsMain implements Callable<Integer> {
    @Option(names = "--config", required = true, paramLabel = "FILE", description = "Configuration (YAML).")
    private Path config;

    public static void main(String[] arguments) {
        System.exit(CommandLines.run(new TopicsMain(), arguments));
    }

    @Override
    public Integer call() throws Exception {
        TopicsConfig settings = ConfigFile.load(config, TopicsConfig.class);
        Topics topics = new Topics(settings.topicPrefix());
        try (Admin admin = Admin.create(settings.kafka().client(Map.of()))) {
            List<String> created = TopicAdmin.createMissing(
                    admin, topics, settings.partitions(), (short) settings.replicationFactor());
            topics.all()
                    .forEach(topic -> System.out.println(
                            (created.contains(topic.name()) ? "created  " : "present  ") + topic.name()));
        }
        return ExitCode.OK;
    }
}
