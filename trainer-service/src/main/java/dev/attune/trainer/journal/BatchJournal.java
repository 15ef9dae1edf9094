package dev.attune.trainer.journal;

import dev.attune.artifacts.DurableFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * What was decided since the last checkpoint, in order; the next start does it again. An entry is on the disk when
 * {@link #append} returns. Belongs to the training thread.
 *
 * <p>Every trainer begins a file of its own and puts it in the place of the one before: an older trainer that still runs
 * then writes to a file that nobody reads, and cannot put another in its place.
 */
public final class BatchJournal implements AutoCloseable {
    static final String FILE = "journal.jsonl";

    private final Path folder;
    private final FolderLock lock;
    private JournalHeader header;
    private FileChannel channel;
    /** The file that {@link #channel} writes to; while that is open no other file has this key. */
    private Object written;

    private long lines;

    private BatchJournal(Path folder, JournalHeader header, List<JournalEntry> entries) throws IOException {
        this.folder = folder;
        this.lock = new FolderLock(folder);
        this.header = header;
        try (FolderLock.Held _ = lock.hold()) {
            this.channel = replace(entries);
            this.written = fileKey();
        }
    }

    /**
     * Begins a journal.
     *
     * @param folder of the checkpoints
     * @param entries that it begins with: what is about to be done again
     */
    public static BatchJournal begin(Path folder, JournalHeader header, List<JournalEntry> entries) throws IOException {
        return new BatchJournal(folder, header, entries);
    }

    /** The entry is on the disk when this returns. */
    public void append(JournalEntry entry) throws IOException {
        DurableFiles.write(channel, JournalLines.line(lines, entry));
        channel.force(false);
        lines++;
    }

    /**
     * A checkpoint counts that contains everything so far.
     *
     * @throws SupersededJournalException if the journal in the folder is another trainer's
     */
    public void beginAfter(String version) throws IOException {
        header = header.after(version);
        beginAgain(List.of());
    }

    /**
     * Leaves only these entries: the rest cannot be done again.
     *
     * @throws SupersededJournalException if the journal in the folder is another trainer's
     */
    public void beginAgain(List<JournalEntry> entries) throws IOException {
        try (FolderLock.Held _ = lock.hold()) {
            requireOwn();
            FileChannel before = channel;
            channel = replace(entries);
            written = fileKey();
            before.close();
        }
    }

    private void requireOwn() throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file) || !fileKey().equals(written)) {
            throw new SupersededJournalException(file);
        }
    }

    private Object fileKey() throws IOException {
        Path file = folder.resolve(FILE);
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return key == null ? file : key;
    }

    /** The bytes so far, for the checkpoint that contains what they say. */
    public byte[] content() throws IOException {
        return Files.readAllBytes(folder.resolve(FILE));
    }

    private FileChannel replace(List<JournalEntry> entries) throws IOException {
        Path written = folder.resolve(FILE + ".new");
        FileChannel opened = FileChannel.open(
                written, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        try {
            DurableFiles.write(opened, JournalLines.line(0, header));
            lines = 1;
            for (JournalEntry entry : entries) {
                DurableFiles.write(opened, JournalLines.line(lines, entry));
                lines++;
            }
            opened.force(true);
            Files.move(written, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
            DurableFiles.force(folder);
            return opened;
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
