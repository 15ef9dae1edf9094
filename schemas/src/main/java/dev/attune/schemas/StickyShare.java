package dev.attune.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Who is answered with a canary: a pure function of who asks, so that everyone who routes traffic decides alike, without a
 * word to each other and without memory.
 *
 * <p>A unit gets a place in [0, 1) by a stable hash, and is in the share if its place is below it. So a unit stays where it is,
 * and a share that grows keeps everyone who was in. Another salt is another draw, independent of the first: with the
 * canary's version as salt it is not always the same people who try what is new.
 */
public final class StickyShare {
    private static final double TWO_TO_THE_53 = 0x1p53;

    private StickyShare() {}

    /**
     * Whether a unit is in the share.
     *
     * @param tenant whose user it is
     * @param unit what has to stay on one side: the user, by whatever lasting name whoever routes has; where nobody is
     *     known, the conversation
     * @param salt the canary's version
     * @param share from 0 (nobody) to 1 (all)
     */
    public static boolean contains(String tenant, String unit, String salt, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("a share is from 0 to 1, but is " + share);
        }
        return place(tenant, unit, salt) < share;
    }

    /**
     * A unit's place in [0, 1): the first 53 bits of SHA-256 over salt, tenant and unit, each in UTF-8 and preceded by its length
     * in bytes as a big-endian int.
     */
    public static double place(String tenant, String unit, String salt) {
        MessageDigest digest = sha256();
        for (String part : new String[] {salt, tenant, unit}) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
            digest.update(bytes);
        }
        return (ByteBuffer.wrap(digest.digest()).getLong() >>> 11) / TWO_TO_THE_53;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
