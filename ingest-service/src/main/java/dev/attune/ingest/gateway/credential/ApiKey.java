package dev.attune.ingest.gateway.credential;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * An API key: {@code atk_<keyId>_<secret><checksum>}. The prefix and the checksum let scanners of repositories and logs tell
 * it from other text without asking anybody, and a key that was cut is told from one that is not known.
 *
 * @param keyId its public half: what lists, logs and the credentials file name it by
 * @param secret 256 random bits in base 62
 */
public record ApiKey(String keyId, String secret) {
    public static final String PREFIX = "atk_";
    public static final int SALT_BYTES = 16;
    public static final int HASH_BYTES = 32;

    private static final int SECRET_BYTES = 32;
    private static final int SECRET_LENGTH = 43;
    private static final int CHECKSUM_LENGTH = 6;
    private static final int KEY_ID_BYTES = 7;
    private static final int KEY_ID_LENGTH = 10;
    private static final Pattern KEY_ID = Pattern.compile("[0-9A-Za-z]{" + KEY_ID_LENGTH + "}");
    private static final Pattern FORM = Pattern.compile(PREFIX + "([0-9A-Za-z]{" + KEY_ID_LENGTH + "})_([0-9A-Za-z]{"
            + SECRET_LENGTH + "})([0-9A-Za-z]{" + CHECKSUM_LENGTH + "})");
    private static final String ALGORITHM = "HmacSHA256";

    /** @param random a {@link java.security.SecureRandom} outside of tests */
    public static ApiKey create(Random random) {
        byte[] id = new byte[KEY_ID_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(id);
        random.nextBytes(secret);
        return new ApiKey(Base62.encode(id, KEY_ID_LENGTH), Base62.encode(secret, SECRET_LENGTH));
    }

    /** The key that a text is; nothing where it has another form or was cut or mistyped. */
    public static Optional<ApiKey> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        ApiKey key = new ApiKey(matcher.group(1), matcher.group(2));
        return key.checksum().equals(matcher.group(3)) ? Optional.of(key) : Optional.empty();
    }

    static boolean isKeyId(String text) {
        return KEY_ID.matcher(text).matches();
    }

    /** The whole key, to be shown once. */
    public String text() {
        return PREFIX + keyId + "_" + secret + checksum();
    }

    /**
     * What a credentials file holds of it: HMAC-SHA256 of the secret under a salt of its own. Nobody guesses 256 random bits,
     * so a slow hash would protect nothing, and would cost whoever has to verify what strangers send.
     */
    public byte[] hash(byte[] salt) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(salt, ALGORITHM));
            return mac.doFinal(secret.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    private String checksum() {
        CRC32 crc = new CRC32();
        crc.update((PREFIX + keyId + "_" + secret).getBytes(StandardCharsets.US_ASCII));
        return Base62.encode(crc.getValue(), CHECKSUM_LENGTH);
    }

    /** Without the secret, so that no log has it. */
    @Override
    public String toString() {
        return PREFIX + keyId + "_hidden";
    }
}
