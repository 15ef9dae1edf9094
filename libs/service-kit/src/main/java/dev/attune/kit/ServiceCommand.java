package dev.attune.kit;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/**
 * The command line of a service: reads its configuration, starts it, waits, and stops it in order on SIGTERM and SIGINT.
 * Annotate the subclass with picocli's {@code @Command(name, description, mixinStandardHelpOptions = true)}.
 */
@SuppressWarnings("NullAway.Init") // picocli sets the options.
public abstract class ServiceCommand<C extends Record> implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceCommand.class);

    private final Class<C> configType;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "Configuration (YAML).")
    private Path config;

    protected ServiceCommand(Class<C> configType) {
        this.configType = configType;
    }

    /** Starts the service; it is ready or becomes so by itself. */
    protected abstract RunningService start(C config) throws Exception;

    @Override
    public final Integer call() throws Exception {
        C settings = ConfigFile.load(config, configType);
        try (RunningService service = start(settings)) {
            Thread stop = new Thread(service::close, "stop");
            Runtime.getRuntime().addShutdownHook(stop);
            service.awaitEnd();
            LOG.info("stopped");
            return ExitCode.OK;
        }
    }
}
