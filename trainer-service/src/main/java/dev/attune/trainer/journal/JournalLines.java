package dev.attune.trainer.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.attune.artifacts.StateJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The journal's form: {@code checksum number json} a line, from 0, where the header is. The checksum is the CRC-32C of what
 * follows it, in 8 hexadecimal digits; the number shows a line that is missing or moved.
 */
final class JournalLines {
    private static final int CHECKSUM_DIGITS = 8;

    private JournalLines() {}

    /** @param torn a last line was cut off in the middle of its writing, and is left out */
    record Content(JournalHeader header, List<JournalEntry> entries, boolean torn) {}

    /** A line with its end. */
    static byte[] line(long number, Object value) {
        try {
            String text = number + " " + StateJson.MAPPER.writeValueAsString(value);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return (checksum(bytes) + " " + text + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers and ids can always be written", e);
        }
    }

    /**
     * Reads a journal.
     *
     * @return empty where there is none, or not even its header
     * @throws BrokenJournalException naming the first line that is wrong and not the last
     */
    static Optional<Content> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        // One character a byte, so that damage of any kind ends at the checksum and not here.
        List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        boolean torn = !lines.isEmpty() && !isWhole(lines.getLast(), lines.size() - 1);
        List<String> whole = torn ? lines.subList(0, lines.size() - 1) : lines;
        for (int number = 0; number < whole.size(); number++) {
            if (!isWhole(whole.get(number), number)) {
                throw new BrokenJournalException(
                        "%s:%d: is not the line that was written there".formatted(file, number + 1));
            }
        }
        return whole.isEmpty() ? Optional.empty() : Optional.of(parse(file, whole, torn));
    }

    private static Content parse(Path file, List<String> lines, boolean torn) throws BrokenJournalException {
        JournalHeader header = parse(file, 0, lines.getFirst(), JournalHeader.class);
        List<JournalEntry> entries = new ArrayList<>(lines.size() - 1);
        for (int number = 1; number < lines.size(); number++) {
            entries.add(parse(file, number, lines.get(number), JournalEntry.class));
        }
        return new Content(header, entries, torn);
    }

    private static <T> T parse(Path file, int number, String line, Class<T> type) throws BrokenJournalException {
        String json = line.substring(CHECKSUM_DIGITS + 1 + (number + " ").length());
        try {
            return StateJson.MAPPER.readValue(json.getBytes(StandardCharsets.ISO_8859_1), type);
        } catch (JsonProcessingException e) {
            throw new BrokenJournalException("%s:%d: %s".formatted(file, number + 1, e.getOriginalMessage()));
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory can always be read", e);
        }
    }

    private static boolean isWhole(String line, int number) {
        if (line.length() <= CHECKSUM_DIGITS) {
            return false;
        }
        String text = line.substring(CHECKSUM_DIGITS + 1);
        return text.startsWith(number + " ")
                && line.startsWith(checksum(text.getBytes(StandardCharsets.ISO_8859_1)) + " ");
    }

    private static String checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return String.format(Locale.ROOT, "%08x", checksum.getValue());
    }
}
