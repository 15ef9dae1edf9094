package dev.attune.kit;

import java.util.concurrent.Callable;
import picocli.CommandLine;

/** Runs picocli commands with Attune's exit codes: a user's mistake is one line, not a stack trace. */
public final class CommandLines {
    private CommandLines() {}

    /** Runs {@code command} and returns its exit code. */
    public static int run(Callable<Integer> command, String... arguments) {
        return new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExitCodeExceptionMapper(
                        failure -> failure instanceof ConfigException ? ExitCode.USAGE : ExitCode.FAILED)
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    if (failure instanceof ConfigException) {
                        line.getErr().println(line.getCommandName() + ": " + failure.getMessage());
                        return ExitCode.USAGE;
                    }
                    line.getErr().println(line.getCommandName() + " failed:");
                    failure.printStackTrace(line.getErr());
                    return ExitCode.FAILED;
                })
                .execute(arguments);
    }
}
