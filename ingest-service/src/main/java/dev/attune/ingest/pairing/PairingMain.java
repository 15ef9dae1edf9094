package dev.attune.ingest.pairing;

import dev.attune.kit.CommandLines;
import dev.attune.kit.RunningService;
import dev.attune.kit.ServiceCommand;
import picocli.CommandLine.Command;

/** Runs the pairing application. */
@Command(
        name = "pairing",
        mixinStandardHelpOptions = true,
        description = "Assembles preference pairs from completions and feedback.")
public final class PairingMain extends ServiceCommand<PairingConfig> {
    public PairingMain() {
        super(PairingConfig.class);
    }

    public static void main(String[] arguments) {
        System.exit(CommandLines.run(new PairingMain(), arguments));
    }

    @Override
    protected RunningService start(PairingConfig config) throws Exception {
        return PairingService.start(config);
    }
}
