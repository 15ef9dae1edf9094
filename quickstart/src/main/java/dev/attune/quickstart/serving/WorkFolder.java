package dev.attune.quickstart.serving;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** A private folder for converted files. Each is deleted as soon as llama.cpp has it: an open mapping outlives its name. */
final class WorkFolder implements AutoCloseable {
    private final Path folder;
    private final AtomicLong files = new AtomicLong();

    WorkFolder() throws IOException {
        this.folder = Files.createTempDirectory("attune-serving-");
    }

    /** Makes a file and reads it. */
    @FunctionalInterface
    interface Use<T, E extends Exception> {
        T apply(Path file) throws IOException, E;
    }

    <T, E extends Exception> T withFile(Use<T, E> use) throws IOException, E {
        Path file = folder.resolve(files.incrementAndGet() + ".gguf");
        try {
            return use.apply(file);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(folder);
    }
}
