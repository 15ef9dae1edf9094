package dev.attune.publisher.sign;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** Keys in PEM files, as {@code openssl} writes and reads them. */
final class PemKeys {

    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";
    private static final int MAX_BYTES = 1 << 16;
    private static final int LINE = 64;

    private PemKeys() {}

    /** @throws IOException saying what is wrong with the file, and what helps */
    static PrivateKey readPrivate(Path file) throws IOException {
        String text = read(file);
        if (text.contains("BEGIN EC PRIVATE KEY")) {
            throw new IOException(file + " holds a key in the old form; convert it:"
                    + " openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW");
        }
        if (text.contains("ENCRYPTED")) {
            throw new IOException(file + " holds an encrypted key; the publisher has nobody to ask for its password:"
                    + " openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW");
        }
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(decode(file, text, PRIVATE));
        return parse(file, factory -> factory.generatePrivate(spec));
    }

    /** @throws IOException saying what is wrong with the file, and what helps */
    static PublicKey readPublic(Path file) throws IOException {
        X509EncodedKeySpec spec = new X509EncodedKeySpec(decode(file, read(file), PUBLIC));
        return parse(file, factory -> factory.generatePublic(spec));
    }

    static String write(PrivateKey key) {
        return encode(PRIVATE, key);
    }

    /** Byte for byte what {@code openssl pkey -pubout} writes: its SHA-256 is the key's id. */
    static String write(PublicKey key) {
        return encode(PUBLIC, key);
    }

    private interface Parsing<K> {
        K parse(KeyFactory factory) throws InvalidKeySpecException;
    }

    private static <K extends Key> K parse(Path file, Parsing<K> parsing) throws IOException {
        InvalidKeySpecException refused = null;
        for (KeyType type : KeyType.values()) {
            try {
                K key = parsing.parse(KeyFactory.getInstance(type.keyAlgorithm()));
                if (KeyType.of(key).isPresent()) {
                    return key;
                }
            } catch (InvalidKeySpecException perhaps) {
                refused = perhaps;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java platform has " + type, e);
            }
        }
        throw new IOException(
                file + " holds no key of Ed25519 or P-256: openssl genpkey -algorithm ed25519 makes one", refused);
    }

    private static String read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is no key: it has " + Files.size(file) + " bytes");
        }
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    private static byte[] decode(Path file, String text, String label) throws IOException {
        String begin = "-----BEGIN " + label + "-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END " + label + "-----");
        if (from < 0 || to < from) {
            throw new IOException(file + " has no '" + begin + "'");
        }
        try {
            return Base64.getMimeDecoder()
                    .decode(text.substring(from + begin.length(), to).strip());
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is no PEM: " + e.getMessage(), e);
        }
    }

    private static String encode(String label, Key key) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(key.getEncoded())
                + "\n-----END " + label + "-----\n";
    }
}
