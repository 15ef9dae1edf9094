package dev.attune.ingest.replay;

import dev.attune.kit.CommandLines;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Runs the replay command in this process and keeps what it prints. */
final class ReplayRunner {
    private ReplayRunner() {}

    record Result(int exitCode, String out, String err) {}

    /** Not for use by two threads: what is printed goes through this process's own streams. */
    static synchronized Result run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
        try {
            int exitCode = CommandLines.run(new ReplayMain(), arguments);
            return new Result(exitCode, text(printed), text(complained));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
