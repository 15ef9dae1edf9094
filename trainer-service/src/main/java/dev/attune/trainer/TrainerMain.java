package dev.attune.trainer;

import dev.attune.kit.CommandLines;
import dev.attune.kit.RunningService;
import dev.attune.kit.ServiceCommand;
import picocli.CommandLine.Command;

/** {@code trainer --config FILE}. */
@Command(
        name = "trainer",
        description = "Learns from preference pairs, or from single answers, as they come, and takes checkpoints.",
        mixinStandardHelpOptions = true)
public final class TrainerMain extends ServiceCommand<TrainerConfig> {
    public TrainerMain() {
        super(TrainerConfig.class);
    }

    public static void main(String[] arguments) {
        System.exit(CommandLines.run(new TrainerMain(), arguments));
    }

    @Override
    protected RunningService start(TrainerConfig config) {
        return TrainerService.start(config);
    }
}
