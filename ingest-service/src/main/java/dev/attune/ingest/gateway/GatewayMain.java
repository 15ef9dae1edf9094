package dev.attune.ingest.gateway;

import dev.attune.kit.CommandLines;
import dev.attune.kit.RunningService;
import dev.attune.kit.ServiceCommand;
import picocli.CommandLine.Command;

/** Runs the gateway. */
@Command(
        name = "gateway",
        mixinStandardHelpOptions = true,
        description = "Takes completions and feedback over HTTP and acknowledges what Kafka holds.")
public final class GatewayMain extends ServiceCommand<GatewayConfig> {
    public GatewayMain() {
        super(GatewayConfig.class);
    }

    public static void main(String[] arguments) {
        System.exit(CommandLines.run(new GatewayMain(), arguments));
    }

    @Override
    protected RunningService start(GatewayConfig config) {
        return Gateway.start(config);
    }
}
