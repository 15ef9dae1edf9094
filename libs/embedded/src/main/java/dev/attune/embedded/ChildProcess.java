package dev.attune.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A started command that cannot outlive this process, not even when this process is killed hard.
 *
 * <p>How: the command starts through {@code sh}, which first starts a guard beside it and then becomes the command (so that the
 * process id is the command's own). The guard reads from a pipe whose other end only this process holds. When this process ends,
 * in whatever way, the operating system closes the pipe, and the guard ends the command: politely, and after ten seconds by force.
 *
 * <p>It holds for the command's own process. What that starts in turn is its own to end: a JVM of ours does it by this class again.
 *
 * <p>Ctrl-C in a terminal reaches every process of the foreground group. The command ignores it: this process decides the order
 * in which its children stop.
 */
public final class ChildProcess implements AutoCloseable {
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(10);
    private static final Duration KILL_BOUND = Duration.ofSeconds(10);

    /** $$ stays the id of the process that exec turns into the command. */
    private static final String GUARD = """
            trap '' INT HUP
            exec 3<&0
            {
              cat <&3
              kill -TERM $$ || exit 0
              for second in 1 2 3 4 5 6 7 8 9 10; do
                sleep 1
                kill -0 $$ || exit 0
              done
              kill -KILL $$
            } >/dev/null 2>&1 &
            exec 3<&-
            exec "$@" </dev/null
            """;

    private final String name;
    private final Process process;
    private final Path log;

    private ChildProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a command.
     *
     * @param name what it is, for messages: "the schema registry"
     * @param environment added to this process's environment
     * @param log the file that its output, errors included, is appended to; its folder is created when absent
     */
    public static ChildProcess start(String name, List<String> command, Map<String, String> environment, Path log) {
        List<String> guarded = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, "sh"));
        guarded.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(guarded)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            Path folder = log.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            return new ChildProcess(name, builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    /** Starts one of our own main classes as a separate JVM: see {@link JavaCommand#ofMain}. */
    public static ChildProcess startMain(
            String name, Class<?> mainClass, List<String> jvmOptions, List<String> arguments, Path log) {
        return start(name, JavaCommand.ofMain(mainClass.getName(), jvmOptions, arguments), Map.of(), log);
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * The exit status; a process that a signal ended has 128 + the signal's number.
     *
     * @throws IllegalStateException while it runs
     */
    public int exitCode() {
        if (process.isAlive()) {
            throw new IllegalStateException(name + " (process " + pid() + ") is still running");
        }
        return process.exitValue();
    }

    /** Waits for the end. False when the bound passed first. */
    public boolean waitFor(Duration bound) throws InterruptedException {
        return process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Asks it to end (SIGTERM), and ends it by force when the bound has passed. */
    public void stop(Duration bound) {
        process.destroy();
        if (!waitUninterrupted(bound)) {
            destroyForcibly();
        }
    }

    /** Ends it at once (SIGKILL), as a crash would, and waits until it is gone. */
    public void destroyForcibly() {
        process.destroyForcibly();
        if (!waitUninterrupted(KILL_BOUND)) {
            throw new IllegalStateException(name + " (process " + pid() + ") is still there after SIGKILL");
        }
    }

    public Path log() {
        return log;
    }

    /** The last lines of its output, for messages about its failure. */
    public String logTail(int lines) {
        try {
            List<String> all = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (IOException e) {
            return "(its log " + log + " cannot be read: " + e.getMessage() + ")";
        }
    }

    /** {@link #stop} with a bound of ten seconds. */
    @Override
    public void close() {
        stop(CLOSE_BOUND);
    }

    /** An interrupt must not leave a process behind: it is remembered, not obeyed. */
    private boolean waitUninterrupted(Duration bound) {
        long deadline = System.nanoTime() + bound.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
