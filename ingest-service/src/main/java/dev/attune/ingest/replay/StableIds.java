package dev.attune.ingest.replay;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

/** Ids that derive from content alone: a dataset that is replayed twice sends the same events twice, and they count once. */
final class StableIds {
    private static final int TURN_BYTES = 12;

    private StableIds() {}

    /**
     * The id of a row's turn.
     *
     * @param content the row
     * @param occurrence how many identical rows stand before it: they are turns of their own
     */
    static String turn(String format, String content, int occurrence) {
        byte[] digest = digest("turn", format, content, Integer.toString(occurrence));
        return format + "-" + HexFormat.of().formatHex(digest, 0, TURN_BYTES);
    }

    /** The id of an event: a UUID of version 8 (RFC 9562: the bits are the application's own). */
    static String event(String... parts) {
        ByteBuffer digest = ByteBuffer.wrap(digest(parts));
        long high = (digest.getLong() & 0xffff_ffff_ffff_0fffL) | 0x8000L;
        long low = (digest.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }

    private static byte[] digest(String... parts) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] utf8 = part.getBytes(StandardCharsets.UTF_8);
                // With its length, so that ("ab", "c") and ("a", "bc") differ.
                sha256.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).flip());
                sha256.update(utf8);
            }
            return sha256.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
