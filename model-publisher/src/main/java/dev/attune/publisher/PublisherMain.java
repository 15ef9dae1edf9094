package dev.attune.publisher;

import dev.attune.kit.CommandLines;
import dev.attune.kit.RunningService;
import dev.attune.kit.ServiceCommand;
import picocli.CommandLine.Command;

/** Runs the publisher. */
@Command(
        name = "publisher",
        description = "Takes checkpoints through gates into serving, and proves what is served.",
        mixinStandardHelpOptions = true)
public final class PublisherMain extends ServiceCommand<PublisherConfig> {

    public PublisherMain() {
        super(PublisherConfig.class);
    }

    @Override
    protected RunningService start(PublisherConfig config) {
        return PublisherService.start(config);
    }

    public static void main(String[] arguments) {
        System.exit(CommandLines.run(new PublisherMain(), arguments));
    }
}
