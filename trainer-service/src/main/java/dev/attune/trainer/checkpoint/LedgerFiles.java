package dev.attune.trainer.checkpoint;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.artifacts.CheckpointManifest.FileEntry;
import dev.attune.artifacts.DurableFiles;
import dev.attune.trainer.batch.LedgerHorizon;
import dev.attune.trainer.batch.SettledExamples;
import dev.attune.trainer.batch.TextLedger;
import dev.attune.trainer.batch.TrainedExamples;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger in a checkpoint: {@code state/ledger.bin} is what changed lately, {@code state/ledger-base.bin} the rest, which
 * many checkpoints in a row have in common: there it is one file under several names (hard links).
 *
 * <p>Both have the same form, big-endian: {@value #MAGIC} and a line feed, the horizon's three times, the number of entries, and of
 * each entry the hash (16 bytes), the revision, and age and directions in one (8 each), in the order of the hashes.
 */
final class LedgerFiles {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerFiles.class);
    private static final String MAGIC = "attune-ledger 2";
    private static final int HEADER_BYTES = MAGIC.length() + 1 + 4 * Long.BYTES;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final String BASE = "ledger-base.bin";

    private LedgerFiles() {}

    private static Path recent(CheckpointDirectory checkpoint) {
        return CheckpointFiles.state(checkpoint).resolve("ledger.bin");
    }

    private static Path base(CheckpointDirectory checkpoint) {
        return CheckpointFiles.state(checkpoint).resolve(BASE);
    }

    /** What the release before wrote. */
    private static Path text(CheckpointDirectory checkpoint) {
        return CheckpointFiles.state(checkpoint).resolve("trained-pairs.txt");
    }

    /**
     * Writes the ledger.
     *
     * @param parent the checkpoint before, where {@link TrainedExamples#base()} has not changed since
     * @return what the manifest says of files that were linked rather than written, by path
     */
    static Map<String, FileEntry> write(
            CheckpointDirectory checkpoint, TrainedExamples trained, Optional<CheckpointDirectory> parent)
            throws IOException {
        write(recent(checkpoint), trained.recent(), trained.horizon());
        if (trained.base().size() == 0) {
            return Map.of();
        }
        if (parent.isPresent() && Files.exists(base(parent.get()))) {
            String path =
                    checkpoint.root().relativize(base(checkpoint)).toString().replace('\\', '/');
            Path manifest = parent.get().manifest();
            FileEntry entry = CheckpointManifest.parse(manifest, Files.readAllBytes(manifest))
                    .files()
                    .get(path);
            if (entry != null && isLinked(base(parent.get()), base(checkpoint))) {
                return Map.of(path, entry);
            }
        }
        write(base(checkpoint), trained.base(), trained.horizon());
        return Map.of();
    }

    private static boolean isLinked(Path existing, Path link) {
        try {
            Files.createLink(link, existing);
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn("{} cannot be linked and is written again: {}", existing, e.toString());
            return false;
        }
    }

    private static void write(Path file, SettledExamples pairs, LedgerHorizon horizon) throws IOException {
        try (FileChannel channel = DurableFiles.create(file)) {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
            buffer.put((MAGIC + "\n").getBytes(StandardCharsets.US_ASCII));
            buffer.putLong(horizon.newest()).putLong(horizon.takenFrom()).putLong(horizon.keptFrom());
            buffer.putLong(pairs.size());
            for (long[] chunk : pairs.chunks()) {
                for (long one : chunk) {
                    if (buffer.remaining() < Long.BYTES) {
                        drain(buffer, channel);
                    }
                    buffer.putLong(one);
                }
            }
            drain(buffer, channel);
            channel.force(true);
        }
    }

    private static void drain(ByteBuffer buffer, FileChannel channel) throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /** @throws IOException naming the file, if it is not a ledger */
    static TrainedExamples read(CheckpointDirectory checkpoint) throws IOException {
        Path recent = recent(checkpoint);
        if (!Files.exists(recent)) {
            return readText(text(checkpoint));
        }
        Content changed = readBinary(recent);
        Path base = base(checkpoint);
        SettledExamples rest = Files.exists(base) ? readBinary(base).pairs() : new SettledExamples.Builder(0).build();
        return new TrainedExamples(rest, changed.pairs(), changed.horizon());
    }

    private record Content(SettledExamples pairs, LedgerHorizon horizon) {}

    private static Content readBinary(Path file) throws IOException {
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES))) {
            byte[] magic = in.readNBytes(MAGIC.length() + 1);
            if (!Arrays.equals(magic, (MAGIC + "\n").getBytes(StandardCharsets.US_ASCII))) {
                throw new IllegalArgumentException("does not begin with '" + MAGIC + "'");
            }
            LedgerHorizon horizon = new LedgerHorizon(in.readLong(), in.readLong(), in.readLong());
            long count = in.readLong();
            if (Files.size(file) != HEADER_BYTES + count * SettledExamples.LONGS * Long.BYTES) {
                throw new IllegalArgumentException("says that it has " + count + " entries, and its size does not");
            }
            SettledExamples.Builder pairs = new SettledExamples.Builder(count);
            for (long i = 0; i < count; i++) {
                pairs.add(in.readLong(), in.readLong(), in.readLong(), in.readLong());
            }
            return new Content(pairs.build(), horizon);
        } catch (IllegalArgumentException | EOFException e) {
            throw new IOException(file + ": is no ledger: " + e.getMessage(), e);
        }
    }

    private static TrainedExamples readText(Path file) throws IOException {
        try {
            return TextLedger.parse(Files.readAllLines(file));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
