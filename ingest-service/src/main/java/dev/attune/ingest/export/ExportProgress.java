package dev.attune.ingest.export;

import dev.attune.schemas.UnreadableRecordException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Counts what an export does, and says so while it works. */
final class ExportProgress {
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final PrintWriter messages;
    /** Each is met twice. */
    private final Set<String> unreadable = new HashSet<>();

    private long expected;
    private long read;
    private long written;
    private long lastLine = System.nanoTime();

    ExportProgress(PrintWriter messages) {
        this.messages = messages;
    }

    void expect(long records) {
        expected += records;
    }

    void read(long records) {
        read += records;
        if (System.nanoTime() - lastLine > INTERVAL.toNanos()) {
            lastLine = System.nanoTime();
            messages.printf("export: %.0f%% read, %d pairs written%n", 100.0 * read / expected, written);
            messages.flush();
        }
    }

    void wrote() {
        written++;
    }

    void unreadable(String where, UnreadableRecordException problem) {
        if (unreadable.add(where)) {
            messages.println("export: " + where + " cannot be read and is left out: " + problem.getMessage());
            messages.flush();
        }
    }

    long written() {
        return written;
    }

    int unreadable() {
        return unreadable.size();
    }
}
