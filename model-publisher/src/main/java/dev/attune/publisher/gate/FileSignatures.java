package dev.attune.publisher.gate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a file's first bytes say that it is, whatever its name says: archives, programs, and everything that Python
 * executes when it is loaded.
 */
final class FileSignatures {

    /** So many bytes are looked at; tar's mark lies behind the first header's names. */
    static final int HEAD_BYTES = 512;

    private static final int TAR_MARK = 257;
    private static final int OLDEST_PICKLE = 2;
    private static final int NEWEST_PICKLE = 5;
    private static final int PICKLE = 0x80;

    private FileSignatures() {}

    /** What a file must not be; empty where it is none of these. */
    static Optional<String> forbidden(byte[] head) {
        // Protocols 0 and 1 have no mark. A file that begins with '{' or with a header's length is none of theirs.
        if (head.length >= 2
                && Byte.toUnsignedInt(head[0]) == PICKLE
                && head[1] >= OLDEST_PICKLE
                && head[1] <= NEWEST_PICKLE) {
            return Optional.of("a Python pickle, which executes code when it is loaded");
        }
        if (begins(head, "PK\003\004") || begins(head, "PK\005\006")) {
            return Optional.of("a zip archive, as PyTorch saves pickles");
        }
        if (begins(head, "\u0093NUMPY")) {
            return Optional.of("a NumPy file, which may hold pickles");
        }
        if (begins(head, "\u0089HDF\r\n")) {
            return Optional.of("an HDF5 file");
        }
        if (begins(head, "GGUF")) {
            return Optional.of("a GGUF file");
        }
        if (begins(head, "\177ELF") || begins(head, "MZ") || begins(head, "#!")) {
            return Optional.of("a program");
        }
        if (begins(head, "\u001f\u008b")
                || begins(head, "BZh")
                || begins(head, "\u00fd7zXZ")
                || begins(head, "(\u00b5/\u00fd")
                || begins(head, "7z\u00bc\u00af")
                || isTar(head)) {
            return Optional.of("an archive");
        }
        return Optional.empty();
    }

    private static boolean isTar(byte[] head) {
        return head.length > TAR_MARK && begins(Arrays.copyOfRange(head, TAR_MARK, head.length), "ustar");
    }

    static boolean begins(byte[] head, String mark) {
        byte[] bytes = mark.getBytes(StandardCharsets.ISO_8859_1);
        return head.length >= bytes.length && Arrays.equals(head, 0, bytes.length, bytes, 0, bytes.length);
    }
}
