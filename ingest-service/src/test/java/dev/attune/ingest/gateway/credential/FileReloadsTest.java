package dev.attune.ingest.gateway.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.attune.kit.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileReloadsTest {
    private final List<String> counted = new ArrayList<>();
    private final FileReloads reloads =
            new FileReloads(Duration.ofMillis(50), (what, used) -> counted.add(what + " " + used));
    private final AtomicReference<String> inUse = new AtomicReference<>("");

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void begin() throws IOException {
        file = Files.writeString(folder.resolve("file"), "one");
    }

    @AfterEach
    void end() {
        reloads.close();
    }

    @Test
    void whatDidNotChangeIsNotReadAgain() {
        watch(file);
        inUse.set("");

        reloads.look();

        assertThat(inUse).hasValue("");
        assertThat(counted).isEmpty();
    }

    @Test
    void aNewContentIsUsedOnce() throws IOException {
        watch(file);
        Files.writeString(file, "two");

        reloads.look();
        reloads.look();

        assertThat(inUse).hasValue("two");
        assertThat(counted).containsExactly("file true");
    }

    @Test
    void aBrokenContentKeepsTheOldIsCountedOnceAndTheNextIsUsed() throws IOException {
        watch(file);
        Files.writeString(file, "broken");
        reloads.look();
        reloads.look();
        assertThat(inUse).hasValue("one");
        assertThat(counted).containsExactly("file false");

        Files.writeString(file, "three");
        reloads.look();

        assertThat(inUse).hasValue("three");
        assertThat(counted).containsExactly("file false", "file true");
    }

    @Test
    void aFileThatIsAwayKeepsTheOld() throws IOException {
        watch(file);
        Files.delete(file);
        reloads.look();
        assertThat(inUse).hasValue("one");

        Files.writeString(file, "two");
        reloads.look();

        assertThat(inUse).hasValue("two");
    }

    @Test
    void aBrokenFileAtTheStartIsRefused() throws IOException {
        Files.writeString(file, "broken");

        assertThatThrownBy(() -> watch(file)).isInstanceOf(ConfigException.class);
    }

    /** As Kubernetes does it: file -> ..data/file, and ..data -> a folder with a date, which is swapped by a rename. */
    @Test
    void theLinkAboveAMountedSecretIsSwapped() throws IOException {
        Path first = Files.createDirectory(folder.resolve("..2026_01"));
        Path second = Files.createDirectory(folder.resolve("..2026_02"));
        Files.writeString(first.resolve("keys.yaml"), "one");
        Files.writeString(second.resolve("keys.yaml"), "two");
        Path data = Files.createSymbolicLink(folder.resolve("..data"), first.getFileName());
        Path mounted = Files.createSymbolicLink(folder.resolve("keys.yaml"), Path.of("..data", "keys.yaml"));
        watch(mounted);
        reloads.start();

        Path next = Files.createSymbolicLink(folder.resolve("..data_tmp"), second.getFileName());
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);

        await().atMost(Duration.ofSeconds(20)).until(() -> inUse.get().equals("two"));
    }

    private void watch(Path path) {
        reloads.watch("file", List.of(path), () -> {
            try {
                String content = Files.readString(path);
                if (content.equals("broken")) {
                    throw new ConfigException("file", "is broken");
                }
                inUse.set(content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
