package dev.attune.quickstart.bench;

import dev.attune.kit.CommandLines;
import dev.attune.kit.ExitCode;
import dev.attune.quickstart.bench.canary.CanaryBenchCommand;
import dev.attune.quickstart.bench.gateway.GatewayBenchCommand;
import dev.attune.quickstart.bench.pairing.PairingBenchCommand;
import dev.attune.quickstart.bench.publisher.PublisherBenchCommand;
import dev.attune.quickstart.bench.soak.TrainerSoakCommand;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./attune bench PART}: a command for each part that can be measured. */
@Command(
        name = "attune bench",
        mixinStandardHelpOptions = true,
        description = "Measures a part on this machine: real broker, real registry, seeded load.",
        subcommands = {
            CanaryBenchCommand.class,
            GatewayBenchCommand.class,
            PairingBenchCommand.class,
            PublisherBenchCommand.class,
            TrainerSoakCommand.class
        })
@SuppressWarnings("NullAway.Init") // picocli sets the spec.
public final class BenchMain implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    public static void main(String[] arguments) {
        // What the broker in this process warns about is normal for a fresh cluster, and would cover the figures.
        System.setProperty("attune.log.root", "ERROR");
        System.setProperty("ATTUNE_LOG_LEVEL", "WARN");
        System.exit(CommandLines.run(new BenchMain(), arguments));
    }

    /** Without a part there is nothing to measure. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }
}
