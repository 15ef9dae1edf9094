package dev.attune.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** SHA-256 digests, as 64 lower-case hexadecimal digits. */
public final class Digests {

    /** What an artifact digest begins with in events: {@code sha256:<hex>}. */
    public static final String PREFIX = "sha256:";

    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
    private static final int BUFFER_BYTES = 1 << 16;

    private Digests() {}

    public static String sha256(byte[] content) {
        return HexFormat.of().formatHex(newSha256().digest(content));
    }

    /** Streams the file: its size does not matter. */
    public static String sha256(Path file) throws IOException {
        MessageDigest digest = newSha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    public static boolean isSha256(String hex) {
        return HEX.matcher(hex).matches();
    }

    /** {@code sha256:<hex>}. */
    public static String prefixed(String hex) {
        return PREFIX + requireSha256(hex);
    }

    /**
     * The hexadecimal digits of {@code sha256:<hex>}.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static String unprefixed(String digest) {
        if (!digest.startsWith(PREFIX)) {
            throw new IllegalArgumentException("not a digest of the form sha256:<64 hex digits>: " + digest);
        }
        return requireSha256(digest.substring(PREFIX.length()));
    }

    static String requireSha256(String hex) {
        if (!isSha256(hex)) {
            throw new IllegalArgumentException("not a SHA-256 in 64 lower-case hex digits: " + hex);
        }
        return hex;
    }

    /** For content that is digested on its way. */
    public static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
