package dev.attune.trainer;

import dev.attune.events.CheckpointCommitted;
import dev.attune.kit.CommandLines;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ConfigFile;
import dev.attune.kit.ExitCode;
import dev.attune.trainer.control.Halt;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code attune trainer halt|resume|status|approve}: the kill switch, for people. */
@Command(
        name = "attune trainer",
        description = {
            "Halts a trainer, lets it go on, says what it does, approves a version.",
            "It works through Kafka, whether the trainer runs or not, and lasts over restarts.",
            ""
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(halt | resume | status | approve)")
@SuppressWarnings("NullAway.Init") // picocli sets the options.
public final class ControlMain implements Callable<Integer> {
    private static final int SHOWN = 10;

    @Spec
    private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(CommandLines.run(new ControlMain(), arguments));
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }

    /** What the commands have in common. */
    static final class Who {
        @Option(names = "--config", required = true, paramLabel = "FILE", description = "The trainer's configuration.")
        private Path config;

        @Option(
                names = "--by",
                paramLabel = "NAME",
                defaultValue = "${sys:user.name}",
                description = "Who you are, for the record (default: ${DEFAULT-VALUE}).")
        private String by;

        private ControlDesk desk() throws InterruptedException {
            return new ControlDesk(ConfigFile.load(config, TrainerConfig.class));
        }
    }

    @Command(description = "No more steps, no more versions, until resume.", mixinStandardHelpOptions = true)
    int halt(
            @Mixin Who who,
            @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Why, in a sentence.")
                    String reason)
            throws Exception {
        try (ControlDesk desk = who.desk()) {
            Optional<Halt> before = desk.state().halt();
            if (before.isPresent()) {
                return say("it is halted already: " + before.get());
            }
            desk.halt(reason, who.by);
            return say("halted: a trainer that runs stops before its next step");
        }
    }

    @Command(
            description =
                    "Goes on from the last good checkpoint. What tripped a guard trips it again, unless its cause is gone.",
            mixinStandardHelpOptions = true)
    int resume(
            @Mixin Who who,
            @Option(
                            names = "--from",
                            paramLabel = "VERSION",
                            description =
                                    "Go on from this checkpoint rather than the newest; it must still be in the folder.")
                    @Nullable
                    String from)
            throws Exception {
        try (ControlDesk desk = who.desk()) {
            if (desk.state().halt().isEmpty()) {
                if (from != null) {
                    throw new ConfigException("--from", "needs a trainer that is halted: halt it first");
                }
                return say("it is not halted");
            }
            desk.resume(from, who.by);
            return say("resumed from " + (from == null ? "the newest checkpoint" : from));
        }
    }

    @Command(description = "Whether it is halted and why, and its newest versions.", mixinStandardHelpOptions = true)
    int status(@Mixin Who who) throws Exception {
        try (ControlDesk desk = who.desk()) {
            say(desk.state().halt().map(Halt::toString).orElse("not halted"));
            List<CheckpointCommitted> lineage = desk.checkpoints().lineage();
            for (CheckpointCommitted one : lineage.stream().limit(SHOWN).toList()) {
                say("%s  %s  %d pairs%s"
                        .formatted(one.getVersion(), one.getOccurredAt(), one.getPairs(), approval(one)));
            }
            return ExitCode.OK;
        }
    }

    @Command(
            description = "Lets the publisher have a version, where the trainer's approval is manual.",
            mixinStandardHelpOptions = true)
    int approve(
            @Mixin Who who, @Parameters(paramLabel = "VERSION", description = "As `status` shows it.") String version)
            throws Exception {
        try (ControlDesk desk = who.desk()) {
            desk.approve(version, who.by);
            return say("approved " + version + ": the trainer announces it when it runs");
        }
    }

    private static String approval(CheckpointCommitted checkpoint) {
        if (checkpoint.getAwaitsApproval()) {
            return "  waits for approval";
        }
        return checkpoint.getApprovedBy() == null ? "" : "  approved by " + checkpoint.getApprovedBy();
    }

    private int say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
        return ExitCode.OK;
    }
}
