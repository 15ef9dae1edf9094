package dev.attune.publisher.merge;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.kit.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line of {@code attune merge}. */
@Command(
        name = "merge",
        mixinStandardHelpOptions = true,
        description = "Merges a LoRA adapter into its base, for servers that take full weights only.",
        footer = {
            "",
            "Each weight is computed in 32 bits and stored in the base's type, to the nearest,",
            "ties to even. Files, sharding, configuration and tokenizer are the base's. DIR of",
            "--out appears when it is complete. Memory does not grow with the model.",
            "Exit codes: 0 merged, 1 failed, 2 wrong options or input."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the options
final class MergeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--base",
            required = true,
            paramLabel = "DIR",
            description = "Base model, a Hugging Face directory with safetensors, in one file or in shards.")
    private Path base;

    @Option(
            names = "--adapter",
            required = true,
            paramLabel = "DIR",
            description = "PEFT adapter: a checkpoint's folder adapter/, or what ./attune train wrote.")
    private Path adapter;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Where the merged model is written. It must not be there yet.")
    private Path out;

    @Override
    public Integer call() {
        PrintWriter progress = spec.commandLine().getOut();
        try {
            new AdapterMerge(base, adapter).writeTo(out, (file, number, files, merged) -> {
                progress.printf("%d of %d: %s, %d matrices merged%n", number, files, file, merged);
                progress.flush();
            });
            progress.printf("model written to %s%n", out);
            return ExitCode.OK;
        } catch (MergeException | BrokenArtifactException e) {
            return fail(ExitCode.USAGE, e.getMessage());
        } catch (NoSuchFileException e) {
            return fail(ExitCode.USAGE, e.getMessage() + " is missing");
        } catch (IOException e) {
            return fail(ExitCode.FAILED, "cannot read or write: " + e);
        }
    }

    private int fail(int exitCode, @Nullable String message) {
        spec.commandLine().getErr().println("merge: " + message);
        return exitCode;
    }
}
