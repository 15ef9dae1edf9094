package dev.attune.trainer.batch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The first 128 bits of the SHA-256 of {@code tenant/pairId}: what the ledger knows a pair by. A cryptographic hash, because
 * ids may come from clients: nobody can choose one that meets another's. That any two of 100 million pairs meet by chance has
 * a probability of n² / 2¹²⁹ = 1.5e-23; the later one would then not be trained.
 */
record ExampleHash(long high, long low) implements Comparable<ExampleHash> {
    private static final MessageDigest SHA_256 = sha256();

    static ExampleHash of(ExampleKey key) {
        ByteBuffer digest = ByteBuffer.wrap(digest(key.toString().getBytes(StandardCharsets.UTF_8)));
        return new ExampleHash(digest.getLong(), digest.getLong());
    }

    private static byte[] digest(byte[] content) {
        try {
            return ((MessageDigest) SHA_256.clone()).digest(content);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's own digests can be cloned", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public int compareTo(ExampleHash other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }
}
