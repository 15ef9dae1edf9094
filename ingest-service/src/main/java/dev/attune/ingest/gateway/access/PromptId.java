package dev.attune.ingest.gateway.access;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;

/**
 * The id that turns with the same prompt share: a keyed hash of the canonical messages, so that an erased prompt cannot be
 * found again by guessing.
 *
 * <p>It is the id of what was sent, before redaction: the same prompt has the same id whenever redaction is switched on.
 *
 * <p>Canonical form, version 1: of each message the role, then the content in Unicode NFC with line ends as LF and without
 * white space at both ends; each as UTF-8 after its length in bytes (four bytes, big-endian), so that no two lists of messages
 * have the same form. Another canonicalisation gets another version, and its ids another prefix: old and new never meet.
 */
public final class PromptId {
    private static final String PREFIX = "p1-";
    private static final String DOMAIN = "attune/prompt/v1";

    private PromptId() {}

    public static String of(KeyedHash hash, List<SentMessage> messages) {
        return PREFIX + hash.of(DOMAIN, canonical(messages));
    }

    private static byte[] canonical(List<SentMessage> messages) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (SentMessage message : messages) {
                write(out, message.role());
                write(out, canonical(message.content()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static String canonical(String content) {
        String normal = isPlain(content) ? content : Normalizer.normalize(content, Normalizer.Form.NFC);
        return normal.indexOf('\r') < 0
                ? normal.strip()
                : normal.replace("\r\n", "\n").replace('\r', '\n').strip();
    }

    /** Text without combining characters, of which U+0300 is the first, is its own NFC. */
    private static boolean isPlain(String content) {
        for (int i = 0; i < content.length(); i++) {
            if (content.charAt(i) >= '\u0300') {
                return false;
            }
        }
        return true;
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }
}
