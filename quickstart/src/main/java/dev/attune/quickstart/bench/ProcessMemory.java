package dev.attune.quickstart.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What another process occupies, by Linux's account. */
public final class ProcessMemory {
    private ProcessMemory() {}

    /** Bytes beside mapped files, which the system takes back when it likes; 0 where the system does not say. */
    public static long anonymousBytes(long pid) throws IOException {
        String line = Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
                .filter(each -> each.startsWith("RssAnon:"))
                .findFirst()
                .orElse("RssAnon: 0 kB");
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
    }
}
