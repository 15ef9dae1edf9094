package dev.attune.trainer.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a trainer does again when it starts. A journal that does not fit is set aside, loudly: no pair is lost by that, since
 * nothing of it counts; but wall-clock time decides anew which pairs make a batch.
 */
public final class JournalRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(JournalRecovery.class);
    private static final String SET_ASIDE = BatchJournal.FILE + ".set-aside-";
    /** Of those set aside the newest so many stay, for people to look at. */
    private static final int KEPT = 5;

    private final Path folder;
    private final Runnable onRefused;

    /**
     * @param folder of the checkpoints
     * @param onRefused called where a journal cannot be done again
     */
    public JournalRecovery(Path folder, Runnable onRefused) {
        this.folder = folder;
        this.onRefused = onRefused;
    }

    /**
     * Finds what is to be done again.
     *
     * @param expected the header of a journal that fits
     * @param contained the journal that the restored checkpoint contains, if it does
     */
    public List<JournalEntry> find(JournalHeader expected, Optional<Path> contained) throws IOException {
        Path file = folder.resolve(BatchJournal.FILE);
        try {
            Optional<JournalLines.Content> found = JournalLines.read(file);
            if (found.isEmpty() || isContained(file, contained)) {
                return List.of();
            }
            return entries(file, found.get(), expected);
        } catch (BrokenJournalException e) {
            setAside(file, String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    private List<JournalEntry> entries(Path file, JournalLines.Content found, JournalHeader expected)
            throws IOException {
        List<String> differences = found.header().differencesFrom(expected);
        if (found.torn()) {
            LOG.warn("{}: the last line was cut off while it was written; its batch was not trained", file);
        }
        if (differences.isEmpty() || found.entries().isEmpty()) {
            return found.entries();
        }
        setAside(file, String.join("; ", differences));
        return List.of();
    }

    /** The trainer was ended between its checkpoint's event and the next journal's beginning. */
    private static boolean isContained(Path file, Optional<Path> contained) throws IOException {
        return contained.isPresent()
                && Files.exists(contained.get())
                && Arrays.equals(Files.readAllBytes(contained.get()), Files.readAllBytes(file));
    }

    private void setAside(Path file, String why) throws IOException {
        onRefused.run();
        Path aside = folder.resolve(SET_ASIDE + System.currentTimeMillis());
        Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        LOG.error(
                "the journal's batches are not trained again as they were, their pairs come anew from the topic: {}; it is now {}",
                why,
                aside);
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> old = all.filter(one -> one.getFileName().toString().startsWith(SET_ASIDE))
                    .sorted(Comparator.reverseOrder())
                    .skip(KEPT)
                    .toList();
            for (Path one : old) {
                Files.delete(one);
            }
        }
    }
}
