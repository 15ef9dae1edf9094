package dev.attune.kit;

import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;

/** Runs picocli commands with Attune's exit codes: a user's mistake is one line, not a stack trace. */
public final class CommandLines {
    private CommandLines() {}

    /** Runs {@code command} and returns its exit code. */
    public static int run(Callable<Integer> command, String... arguments) {
        // Before there are other threads: what they log while the log starts is held back and commented on by SLF4J.
        LoggerFactory.getILoggerFactory();
        // Helidon and DJL's tokenizers log through java.util.logging: one log, one format.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        return new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    if (failure instanceof ConfigException) {
                        line.getErr().println(line.getCommandName() + ": " + failure.getMessage());
                        return ExitCode.USAGE;
                    }
                    if (failure instanceof ServiceFailedException) {
                        line.getErr().println(line.getCommandName() + ": " + failure.getMessage());
                        return ExitCode.FAILED;
                    }
                    line.getErr().println(line.getCommandName() + " failed:");
                    failure.printStackTrace(line.getErr());
                    return ExitCode.FAILED;
                })
                .execute(arguments);
    }
}
