package dev.attune.quickstart.serving.llamacpp;

import java.lang.foreign.MemorySegment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives llama.cpp's log lines. Its errors are kept per thread, so that a failed call can say why: the C API only returns null. */
final class LlamaLog {
    private static final Logger LOG = LoggerFactory.getLogger("llama.cpp");
    private static final int LEVEL_WARN = 3;
    private static final int LEVEL_ERROR = 4;
    private static final int MAX_LINE_BYTES = 4096;
    private static final ThreadLocal<String> LAST_ERROR = ThreadLocal.withInitial(() -> "");

    private LlamaLog() {}

    /** The native callback. An exception that leaves it would end the JVM. */
    @SuppressWarnings({"unused", "restricted"}) // called from C
    static void receive(int level, MemorySegment text, MemorySegment userData) {
        try {
            if (level != LEVEL_WARN && level != LEVEL_ERROR) {
                return;
            }
            String line = text.reinterpret(MAX_LINE_BYTES).getString(0).strip();
            if (level == LEVEL_ERROR) {
                LAST_ERROR.set(line);
            }
            LOG.debug("{}", line);
        } catch (Throwable unreadable) {
            LAST_ERROR.set("(unreadable log line: " + unreadable + ")");
        }
    }

    /** The last error that llama.cpp logged on this thread, which is forgotten with this call. */
    static String takeLastError() {
        String line = LAST_ERROR.get();
        LAST_ERROR.remove();
        return line.isEmpty() ? "no reason given" : line;
    }
}
