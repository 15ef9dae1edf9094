package dev.attune.ingest.gateway.access;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * A tenant's feedback tokens: {@code aft_<content>.<signature>}. The content, in base64url, is the version, the key's id, the
 * tenant, the turn, the completion, the user's pseudonym, the model and the second at which it ends; the signature is
 * HMAC-SHA256 over all before it. There is no algorithm in it for anybody to choose. The same grant and end are always the same
 * token, at every instance.
 */
public final class FeedbackTokens {
    public static final String PREFIX = "aft_";

    /** What a client's clock may be ahead (see occurredAt), and a little of what instances may differ. */
    private static final Duration MOST_AHEAD = Duration.ofMinutes(11);

    private static final int VERSION = 1;
    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final String tenant;
    private final FeedbackTokenSettings settings;
    private final SecretKey signingKey;
    private final Map<String, SecretKey> keys = new HashMap<>();

    /** What a token turned out to be. */
    public sealed interface Outcome {
        record Valid(FeedbackGrant grant) implements Outcome {}

        /** It was a token of this tenant. */
        record Expired(Instant end) implements Outcome {}

        /** Nobody signed it, or not this tenant. */
        record Forged() implements Outcome {}
    }

    private record Content(String keyId, String tenant, FeedbackGrant grant, Instant end) {}

    FeedbackTokens(String tenant, String secret, FeedbackTokenSettings settings) {
        this.tenant = tenant;
        this.settings = settings;
        signingKey = derive(secret, settings.keyId());
        keys.put(settings.keyId(), signingKey);
        settings.earlierKeyIds().forEach(keyId -> keys.put(keyId, derive(secret, keyId)));
    }

    /** @param from when the completion was given: a repeated request gets the same token */
    public String issue(FeedbackGrant grant, Instant from) {
        Instant end = Instant.ofEpochSecond(from.plus(settings.lifetime()).getEpochSecond());
        String signed = PREFIX + ENCODER.encodeToString(bytes(new Content(settings.keyId(), tenant, grant, end)));
        return signed + "." + signature(signingKey, signed);
    }

    public Outcome verify(String token, Instant now) {
        int dot = token.lastIndexOf('.');
        Optional<Content> read = content(token);
        if (read.isEmpty()) {
            return new Outcome.Forged();
        }
        Content content = read.get();
        SecretKey key = keys.get(content.keyId());
        if (key == null
                || !content.tenant().equals(tenant)
                || !sameText(signature(key, token.substring(0, dot)), token.substring(dot + 1))) {
            return new Outcome.Forged();
        }
        // The second: tokens of a lifetime that was longer once end with the one that holds now.
        if (!now.isBefore(content.end())
                || content.end().isAfter(now.plus(settings.lifetime()).plus(MOST_AHEAD))) {
            return new Outcome.Expired(content.end());
        }
        return new Outcome.Valid(content.grant());
    }

    /** Whose token a text says that it is; nobody has verified it yet. */
    public static Optional<String> claimedTenant(String token) {
        return content(token).map(Content::tenant);
    }

    private static boolean sameText(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.UTF_8));
    }

    private static String signature(SecretKey key, String signed) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return ENCODER.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    /** HKDF (RFC 5869): what signs tokens says nothing about what makes pseudonyms. */
    private static SecretKey derive(String secret, String keyId) {
        try {
            byte[] info = ("attune/feedback-token/v1/" + keyId).getBytes(StandardCharsets.UTF_8);
            return KDF.getInstance("HKDF-SHA256")
                    .deriveKey(
                            ALGORITHM,
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(secret.getBytes(StandardCharsets.UTF_8))
                                    .thenExpand(info, KEY_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HKDF-SHA256", e);
        }
    }

    private static byte[] bytes(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeUTF(content.keyId());
            out.writeUTF(content.tenant());
            out.writeUTF(content.grant().turnId());
            out.writeUTF(content.grant().completionId());
            out.writeUTF(content.grant().userPseudonym());
            out.writeUTF(content.grant().modelId());
            out.writeLong(content.end().getEpochSecond());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Optional<Content> content(String token) {
        int dot = token.lastIndexOf('.');
        if (!token.startsWith(PREFIX) || dot < 0) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(token.substring(PREFIX.length(), dot));
            try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
                if (in.readByte() != VERSION) {
                    return Optional.empty();
                }
                String keyId = in.readUTF();
                String tenant = in.readUTF();
                FeedbackGrant grant = new FeedbackGrant(in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF());
                Instant end = Instant.ofEpochSecond(in.readLong());
                return in.available() == 0 ? Optional.of(new Content(keyId, tenant, grant, end)) : Optional.empty();
            }
        } catch (IOException | RuntimeException _) {
            // Anything may stand there.
            return Optional.empty();
        }
    }
}
