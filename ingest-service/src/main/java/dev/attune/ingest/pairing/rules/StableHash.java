package dev.attune.ingest.pairing.rules;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hashes that are the same on every machine and in every version: identities and caps rest on them. */
public final class StableHash {
    private static final int ID_BYTES = 16;
    /** Looking the algorithm up takes longer than hashing an id. */
    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(StableHash::sha256);

    private StableHash() {}

    /** The first 128 bits of SHA-256 over the parts, each preceded by its length, in hex. */
    public static String id(String... parts) {
        return HexFormat.of().formatHex(digest(parts), 0, ID_BYTES);
    }

    /** The first 64 bits of the same. */
    public static long digest64(String... parts) {
        return ByteBuffer.wrap(digest(parts)).getLong();
    }

    /**
     * The id of the unordered pair of two completions of one prompt: the same in both directions, so that a change of
     * direction is a revision of the same pair.
     */
    public static String pairId(PromptKey prompt, String oneId, String otherId) {
        boolean inOrder = oneId.compareTo(otherId) < 0;
        return id("pair", prompt.tenant(), prompt.promptId(), inOrder ? oneId : otherId, inOrder ? otherId : oneId);
    }

    private static byte[] digest(String... parts) {
        byte[][] texts = new byte[parts.length][];
        int length = 0;
        for (int i = 0; i < parts.length; i++) {
            texts[i] = parts[i].getBytes(StandardCharsets.UTF_8);
            length += Integer.BYTES + texts[i].length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] text : texts) {
            all.putInt(text.length).put(text);
        }
        return SHA_256.get().digest(all.array());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
