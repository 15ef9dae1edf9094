package dev.attune.quickstart.serving;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.kit.CommandLines;
import dev.attune.kit.ExitCode;
import dev.attune.quickstart.serving.engine.EngineSettings;
import dev.attune.quickstart.serving.gguf.ConversionException;
import dev.attune.quickstart.serving.llamacpp.LlamaCppException;
import dev.attune.trainer.model.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serve}: runs the serving process until SIGTERM or SIGINT. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = "Serves a model on llama.cpp through the part of vLLM's HTTP API that Attune uses.")
@SuppressWarnings("NullAway.Init") // picocli sets the options.
public final class ServeMain implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Option(names = "--model", required = true, paramLabel = "DIR", description = "Model in Hugging Face's form.")
    private Path model;

    @Option(names = "--port", required = true, paramLabel = "N", description = "TCP port; 0 takes a free one.")
    private int port;

    @Option(
            names = "--host",
            defaultValue = ServingConfig.DEFAULT_HOST,
            description = "Address to listen on (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = "--served-model-name",
            paramLabel = "NAME",
            description = "What requests call the base model (default: the directory's name).")
    private @Nullable String name;

    @Option(
            names = "--max-lora-rank",
            defaultValue = "" + ServingConfig.DEFAULT_MAX_LORA_RANK,
            paramLabel = "N",
            description = "Highest rank of an adapter (default: ${DEFAULT-VALUE}).")
    private int maxLoraRank;

    @Option(
            names = "--max-loras",
            defaultValue = "" + ServingConfig.DEFAULT_MAX_ADAPTERS,
            paramLabel = "N",
            description = "Adapters loaded at once (default: ${DEFAULT-VALUE}).")
    private int maxAdapters;

    @Option(
            names = "--context",
            paramLabel = "N",
            description = "Most tokens of a prompt and its answer (default: the model's positions).")
    private @Nullable Integer contextLength;

    @Option(
            names = "--workers",
            defaultValue = "1",
            paramLabel = "N",
            description = "Contexts that take turns, so that adapters alternate (default: ${DEFAULT-VALUE}).")
    private int workers;

    @Option(
            names = "--max-waiting",
            defaultValue = "" + EngineSettings.DEFAULT_MAX_WAITING,
            paramLabel = "N",
            description = "Requests that wait before others get a 503 (default: ${DEFAULT-VALUE}).")
    private int maxWaiting;

    public static void main(String... arguments) {
        System.exit(CommandLines.run(new ServeMain(), arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        ServingConfig config = new ServingConfig(
                model, name, host, port, maxLoraRank, maxAdapters, contextLength, workers, maxWaiting);
        try (ServingServer server = ServingServer.start(config)) {
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
            command.commandLine().getOut().println("Serving " + config.servedName() + " at " + server.url());
            command.commandLine().getOut().flush();
            server.awaitEnd();
            return ExitCode.OK;
        } catch (ConversionException | ModelException | BrokenArtifactException unusable) {
            return refuse(unusable, ExitCode.USAGE);
        } catch (LlamaCppException notHere) {
            return refuse(notHere, ExitCode.FAILED);
        }
    }

    private int refuse(Exception reason, int exitCode) {
        command.commandLine().getErr().println("serve: " + reason.getMessage());
        return exitCode;
    }
}
