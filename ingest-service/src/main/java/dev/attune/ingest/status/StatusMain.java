package dev.attune.ingest.status;

import dev.attune.kit.CommandLines;
import dev.attune.kit.RunningService;
import dev.attune.kit.ServiceCommand;
import picocli.CommandLine.Command;

/** Runs the status application. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Keeps what became of each feedback event: paired, trained in which versions, or a dead letter.")
public final class StatusMain extends ServiceCommand<StatusConfig> {
    public StatusMain() {
        super(StatusConfig.class);
    }

    public static void main(String[] arguments) {
        System.exit(CommandLines.run(new StatusMain(), arguments));
    }

    @Override
    protected RunningService start(StatusConfig config) throws Exception {
        return StatusService.start(config);
    }
}
