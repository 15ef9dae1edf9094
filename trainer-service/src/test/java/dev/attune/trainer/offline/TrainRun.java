package dev.attune.trainer.offline;

import dev.attune.testing.SharedData;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import picocli.CommandLine;

/** {@code attune train} in this process, on tinystories-656k; it keeps what was printed. */
final class TrainRun {
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();

    /** @return the exit code */
    int train(Path directory, String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 4);
        all[arguments.length] = "--model";
        all[arguments.length + 1] =
                SharedData.resolve("models/tinystories-656k").toString();
        all[arguments.length + 2] = "--out";
        all[arguments.length + 3] = directory.resolve("adapter").toString();
        return new CommandLine(new TrainCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all);
    }
}
