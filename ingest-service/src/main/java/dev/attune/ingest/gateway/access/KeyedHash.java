package dev.attune.ingest.gateway.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256 under a tenant's secret, cut to 128 bits: 32 hex digits, enough that no two things ever share one. */
public final class KeyedHash {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES = 16;

    private final SecretKeySpec key;
    /** Of each domain a hash that has begun; each use goes on from a copy, which is half the work of beginning anew. */
    private final Map<String, Mac> begun = new ConcurrentHashMap<>();

    public KeyedHash(String secret) {
        this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /**
     * The hash of {@code content} within a domain.
     *
     * @param domain what is hashed, and the version of how: hashes of different domains never meet; a constant
     */
    public String of(String domain, byte[] content) {
        return HexFormat.of().formatHex(bytes(domain, content));
    }

    /** The 16 bytes behind {@link #of}. */
    public byte[] bytes(String domain, byte[] content) {
        try {
            Mac mac = (Mac) begun.computeIfAbsent(domain, this::begin).clone();
            return Arrays.copyOf(mac.doFinal(content), BYTES);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's " + ALGORITHM + " can be copied", e);
        }
    }

    private Mac begin(String domain) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(domain.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
