package dev.attune.trainer.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.trainer.batch.BatchTrigger;
import dev.attune.trainer.release.PromotedRelease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchJournalTest {
    private static final String PARENT = "v000002-0123456789ab";
    private static final List<JournalEntry> ENTRIES = List.of(batch(3), batch(4), batch(5));

    @TempDir
    private Path folder;

    private int refused;

    @BeforeEach
    void writeThreeBatches() throws IOException {
        try (BatchJournal journal = BatchJournal.begin(folder, header(PARENT), List.of())) {
            for (JournalEntry entry : ENTRIES) {
                journal.append(entry);
            }
        }
    }

    @Test
    void whatWasAppendedIsDoneAgain() throws IOException {
        assertThat(find(header(PARENT))).isEqualTo(ENTRIES);
        assertThat(Files.readString(file())).startsWith("d4cd6de5 0 {\"format\":3,\"parent\":\"" + PARENT + "\"");
    }

    @Test
    void aCheckpointThatWasBegunIsDoneAgain() throws IOException {
        JournalEntry checkpoint = JournalEntry.Checkpoint.of(5, Map.of(0, 50L, 1, 9L));
        try (BatchJournal journal = BatchJournal.begin(folder, header(PARENT), ENTRIES)) {
            journal.append(checkpoint);
        }

        assertThat(find(header(PARENT))).hasSize(4).last().isEqualTo(checkpoint);
    }

    @Test
    void aReleaseThatWasFollowedIsFollowedAgain() throws IOException {
        JournalEntry release =
                new JournalEntry.Release(5, new PromotedRelease("v000004-bbbbbbbbbbbb", "sha256:" + "b".repeat(64)));
        try (BatchJournal journal = BatchJournal.begin(folder, header(PARENT), ENTRIES)) {
            journal.append(release);
        }

        assertThat(find(header(PARENT))).hasSize(4).last().isEqualTo(release);
    }

    @Test
    void aJournalGoesOnWhereTheOneBeforeEnded() throws IOException {
        try (BatchJournal journal = BatchJournal.begin(folder, header(PARENT), find(header(PARENT)))) {
            journal.append(batch(6));
        }

        assertThat(find(header(PARENT))).hasSize(4).startsWith(ENTRIES.toArray(JournalEntry[]::new));
    }

    @Test
    void anOlderTrainerDoesNotReplaceTheJournalOfANewerOne() throws IOException {
        // Given an older trainer whose checkpoint counts, and a newer one that began before its journal did
        try (BatchJournal older = BatchJournal.begin(folder, header(PARENT), ENTRIES);
                BatchJournal newer = BatchJournal.begin(folder, header(PARENT), List.of())) {
            newer.append(batch(6));

            // When the older one goes on
            assertThatThrownBy(() -> older.beginAfter(PARENT)).isInstanceOf(SupersededJournalException.class);
            assertThatThrownBy(() -> older.beginAgain(List.of())).isInstanceOf(SupersededJournalException.class);
            older.append(batch(7));
            newer.append(batch(8));
        }

        // Then the newer one's journal is what it wrote
        assertThat(find(header(PARENT))).containsExactly(batch(6), batch(8));
    }

    @Test
    void aFolderIsOneTrainersAtATime() throws IOException {
        Path file = folder.resolve("trainer.lock");
        CompletableFuture<String> second;
        try (FileChannel other = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // When one thread holds it, twice
            try (FolderLock.Held _ = new FolderLock(folder).hold();
                    FolderLock.Held _ = new FolderLock(folder).hold()) {
                second = CompletableFuture.supplyAsync(this::holdForAMoment);

                // Then another thread waits, and the file is locked for other processes
                assertThat(second).isNotDone();
                assertThatThrownBy(other::tryLock).isInstanceOf(OverlappingFileLockException.class);
            }
            assertThat(second).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("held");
            assertThat(other.tryLock()).isNotNull();
        }
    }

    private String holdForAMoment() {
        try (FolderLock.Held _ = new FolderLock(folder).hold()) {
            return "held";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aLastLineThatWasCutOffAnywhereIsIgnored() throws IOException {
        byte[] whole = Files.readAllBytes(file());
        int lastLine = new String(whole, StandardCharsets.UTF_8).lastIndexOf('\n', whole.length - 2) + 1;

        for (int length = lastLine; length < whole.length - 1; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            assertThat(find(header(PARENT))).as("%d bytes", length).isEqualTo(ENTRIES.subList(0, 2));
        }
        assertThat(refused).isZero();
    }

    @Test
    void aLastLineOfZeroesIsIgnored() throws IOException {
        // As a file system may leave it that had the new length on the disk before the new bytes.
        Files.write(file(), new byte[40], StandardOpenOption.APPEND);

        assertThat(find(header(PARENT))).isEqualTo(ENTRIES);
        assertThat(refused).isZero();
    }

    @Test
    void aLineInTheMiddleThatIsWrongMovedOrMissingIsRefused() throws IOException {
        List<String> lines = Files.readAllLines(file());
        List<List<String>> damaged = List.of(
                changed(lines, 2, lines.get(2).replace("\"step\":4", "\"step\":9")),
                changed(lines, 1, lines.get(2)),
                Stream.concat(lines.subList(0, 1).stream(), lines.subList(2, 4).stream())
                        .toList(),
                changed(lines, 0, ""));

        for (List<String> one : damaged) {
            Files.write(file(), one);
            assertThat(find(header(PARENT))).isEmpty();
            assertThat(file()).doesNotExist();
        }
        assertThat(refused).isEqualTo(damaged.size());
    }

    @Test
    void aJournalOfAnotherBeginningIsSetAside() throws IOException {
        List<JournalHeader> others = List.of(
                header("v000003-0123456789ab"),
                header(null),
                new JournalHeader(JournalHeader.FORMAT, PARENT, "other settings", "base", 5L),
                new JournalHeader(JournalHeader.FORMAT, PARENT, "settings", "other base", 5L),
                new JournalHeader(JournalHeader.FORMAT, PARENT, "settings", "base", 6L));

        for (JournalHeader other : others) {
            writeThreeBatches();
            assertThat(find(other)).isEmpty();
        }

        assertThat(refused).isEqualTo(others.size());
        assertThat(header(PARENT).differencesFrom(others.getFirst()))
                .containsExactly("it comes after checkpoint " + PARENT
                        + ", the trainer goes on from checkpoint v000003-0123456789ab");
    }

    @Test
    void oneThatTheCheckpointContainsIsDoneWithAndSoIsAnEmptyOne() throws IOException {
        Path contained = Files.copy(file(), folder.resolve("contained"));
        assertThat(new JournalRecovery(folder, () -> refused++).find(header("v1"), Optional.of(contained)))
                .isEmpty();

        try (BatchJournal journal = BatchJournal.begin(folder, header(PARENT), ENTRIES)) {
            assertThat(journal.content()).isEqualTo(Files.readAllBytes(contained));
            journal.beginAfter("v1");
        }
        assertThat(find(header(PARENT))).isEmpty();
        assertThat(refused).isZero();
    }

    @Test
    void aFormatThatIsNotKnownIsRefused() throws IOException {
        Map<String, Object> header = new TreeMap<>(Map.of("format", 9, "configDigest", "c", "baseRevision", "b"));
        header.put("parent", null);
        header.put("resumedAt", null);
        Files.write(file(), JournalLines.line(0, header));

        assertThatThrownBy(() -> JournalLines.read(file()))
                .hasMessageContaining("format 9 is not known, this reads 1 to 3");
        assertThat(find(header(PARENT))).isEmpty();
        assertThat(refused).isEqualTo(1);
    }

    private List<JournalEntry> find(JournalHeader expected) throws IOException {
        return new JournalRecovery(folder, () -> refused++).find(expected, Optional.empty());
    }

    private Path file() {
        return folder.resolve(BatchJournal.FILE);
    }

    private static List<String> changed(List<String> lines, int index, String line) {
        List<String> changed = new ArrayList<>(lines);
        changed.set(index, line);
        return changed;
    }

    private static JournalHeader header(@Nullable String parent) {
        return new JournalHeader(JournalHeader.FORMAT, parent, "settings", "base", 5L);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aJournalOfAnEarlierFormatIsDoneAgain(int format) throws IOException {
        JournalHeader before = new JournalHeader(format, PARENT, "settings", "base", 5L);
        try (BatchJournal journal = BatchJournal.begin(folder, before, ENTRIES)) {
            assertThat(new String(journal.content(), StandardCharsets.UTF_8)).contains("{\"format\":" + format + ",");
        }

        assertThat(find(header(PARENT))).isEqualTo(ENTRIES);
    }

    private static JournalEntry batch(long step) {
        JournalledExample trained = new JournalledExample("acme", "pär" + step, 2, -1, 0, 7 * step);
        JournalledExample heldOut = new JournalledExample("acme", "held" + step, 1, 1, 1, 3);
        return new JournalEntry.Batch(
                step, BatchTrigger.AGE, new TreeMap<>(Map.of(0, 50L, 1, 9L)), List.of(trained), List.of(heldOut));
    }
}
