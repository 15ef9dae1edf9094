package dev.attune.publisher.desk;

import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseCommand;
import dev.attune.kit.CommandLines;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ConfigFile;
import dev.attune.kit.ExitCode;
import dev.attune.publisher.ModelSettings;
import dev.attune.publisher.PublisherConfig;
import dev.attune.publisher.SignCommand;
import dev.attune.publisher.control.Wishes.Wish;
import dev.attune.publisher.sign.KeygenCommand;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.RegistryClients;
import dev.attune.schemas.Topics;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code attune releases}: what people see of a model's releases, and what they say about them. */
@Command(
        name = "attune releases",
        description = {
            "Shows a model's releases; approves, promotes, rejects and rolls back a version; pauses and resumes.",
            "It works through Kafka, whether the publisher runs or not; what is said lasts over restarts.",
            ""
        },
        mixinStandardHelpOptions = true,
        subcommands = {KeygenCommand.class, SignCommand.class},
        synopsisSubcommandLabel =
                "(list | show | approve | promote | reject | rollback | pause | resume | keygen | sign)")
@SuppressWarnings("NullAway.Init") // picocli sets the options.
public final class ReleasesMain implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(CommandLines.run(new ReleasesMain(), arguments));
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }

    /** Which model. */
    static final class Which {
        @Option(
                names = "--config",
                required = true,
                paramLabel = "FILE",
                description = "The publisher's configuration.")
        private Path config;

        @Option(
                names = "--model",
                paramLabel = "TENANT/MODEL",
                description = "Of which model; not needed where the configuration has one.")
        private @Nullable String model;

        private ReleaseDesk desk() {
            PublisherConfig settings = ConfigFile.load(config, PublisherConfig.class);
            ModelSettings chosen = chosen(settings.models());
            return ReleaseDesk.once(
                    settings.kafka(),
                    new Topics(settings.topicPrefix()),
                    new AvroSerdes(RegistryClients.create(
                            settings.schemaRegistry().url(),
                            settings.schemaRegistry().properties())),
                    chosen.tenant(),
                    chosen.modelId());
        }

        private ModelSettings chosen(List<ModelSettings> models) {
            String names = models.stream().map(ModelSettings::name).collect(Collectors.joining(", "));
            if (model == null) {
                if (models.size() > 1) {
                    throw new ConfigException("--model", "which one? There are " + names);
                }
                return models.getFirst();
            }
            return models.stream()
                    .filter(one -> one.name().equals(model))
                    .findFirst()
                    .orElseThrow(() -> new ConfigException("--model", model + " is not among " + names));
        }
    }

    /** Who says it, and why. */
    static final class Who {
        @Option(
                names = "--by",
                paramLabel = "NAME",
                defaultValue = "${sys:user.name}",
                description = "Who you are, for the record (default: ${DEFAULT-VALUE}).")
        private String by;

        @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Why, in a sentence.")
        private String reason;
    }

    @Command(description = "The newest releases and what users are answered with.", mixinStandardHelpOptions = true)
    int list(
            @Mixin Which which,
            @Option(
                            names = "--most",
                            paramLabel = "N",
                            defaultValue = "20",
                            description = "How many (default: ${DEFAULT-VALUE}).")
                    int most) {
        try (ReleaseDesk desk = which.desk()) {
            desk.wishes().pause().map(Wish::sentence).ifPresent(by -> say("paused " + by));
            return say(new ReleaseTable(desk.board(), Instant.now()).list(most));
        }
    }

    @Command(
            description = "A release's way through its states, and what was measured.",
            mixinStandardHelpOptions = true)
    int show(
            @Mixin Which which,
            @Parameters(paramLabel = "VERSION", description = "As `list` shows it.") String version) {
        try (ReleaseDesk desk = which.desk()) {
            ReleaseBoard board = desk.board();
            if (board.events(version).isEmpty()) {
                throw new ConfigException("VERSION", version + " is no release: `list` shows which there are");
            }
            return say(new ReleaseTable(board, Instant.now()).show(version));
        }
    }

    @Command(
            description = "Lets a verified version go on to users, where `releases.approval` is on.",
            mixinStandardHelpOptions = true)
    int approve(
            @Mixin Which which,
            @Mixin Who who,
            @Parameters(paramLabel = "VERSION", description = "As `list` shows it.") String version) {
        return tell(which, who, ReleaseCommand.APPROVE, version);
    }

    @Command(
            description = "Answers all users with a verified version or a canary, without waiting.",
            mixinStandardHelpOptions = true)
    int promote(
            @Mixin Which which,
            @Mixin Who who,
            @Parameters(paramLabel = "VERSION", description = "As `list` shows it.") String version) {
        return tell(which, who, ReleaseCommand.PROMOTE, version);
    }

    @Command(description = "Ends a release that users do not have yet, or a canary.", mixinStandardHelpOptions = true)
    int reject(
            @Mixin Which which,
            @Mixin Who who,
            @Parameters(paramLabel = "VERSION", description = "As `list` shows it.") String version) {
        return tell(which, who, ReleaseCommand.REJECT, version);
    }

    @Command(
            description = {
                "Goes back to the version before, and pauses: the next checkpoint would bring the same again.",
                "Resume when its cause is gone."
            },
            mixinStandardHelpOptions = true)
    int rollback(
            @Mixin Which which,
            @Mixin Who who,
            @Option(names = "--go-on", description = "Do not pause.") boolean goOn,
            @Parameters(
                            paramLabel = "VERSION",
                            arity = "0..1",
                            description = "What is rolled back; without it, what all users are answered with.")
                    @Nullable
                    String version) {
        try (ReleaseDesk desk = which.desk()) {
            String meant = version == null ? current(desk) : version;
            desk.say(ReleaseCommand.ROLL_BACK, meant, who.reason, who.by);
            if (!goOn) {
                desk.say(ReleaseCommand.PAUSE, "after the rollback of " + meant, who.by);
            }
            return say(meant + " is rolled back by a publisher that runs, at once"
                    + (goOn ? "" : "; paused until `attune releases resume`"));
        }
    }

    private static String current(ReleaseDesk desk) {
        return desk.board()
                .current()
                .map(ReleaseChanged::getVersion)
                .orElseThrow(() -> new ConfigException(
                        "VERSION", "users are answered with the base: there is nothing to roll back"));
    }

    @Command(
            description = "Releases nothing until resume; what serves goes on serving.",
            mixinStandardHelpOptions = true)
    int pause(@Mixin Which which, @Mixin Who who) {
        try (ReleaseDesk desk = which.desk()) {
            desk.say(ReleaseCommand.PAUSE, who.reason, who.by);
            return say("paused: no version goes to users until `attune releases resume`");
        }
    }

    @Command(description = "Releases again, beginning with the newest checkpoint.", mixinStandardHelpOptions = true)
    int resume(@Mixin Which which, @Mixin Who who) {
        try (ReleaseDesk desk = which.desk()) {
            desk.say(ReleaseCommand.RESUME, who.reason, who.by);
            return say("resumed");
        }
    }

    private int tell(Which which, Who who, ReleaseCommand command, String version) {
        try (ReleaseDesk desk = which.desk()) {
            desk.say(command, version, who.reason, who.by);
            return say("said; a publisher that runs acts on it at once: see `attune releases show`");
        }
    }

    private int say(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
        return ExitCode.OK;
    }
}
