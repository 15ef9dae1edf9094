package dev.attune.publisher.sign;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Sigstore bundle with a DSSE envelope, signed by a key that the verifier has. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SignatureBundle(String mediaType, VerificationMaterial verificationMaterial, Envelope dsseEnvelope) {

    private static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

    /** Others' bundles may hold more than is read here. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** @param tlogEntries none: there is no transparency log */
    record VerificationMaterial(PublicKeyHint publicKey, List<Object> tlogEntries) {}

    /** @param hint the key's id */
    record PublicKeyHint(String hint) {}

    /** @param payload in Base64 */
    record Envelope(String payload, String payloadType, List<EnvelopeSignature> signatures) {}

    /** @param sig in Base64 */
    record EnvelopeSignature(String sig, @Nullable String keyid) {}

    static SignatureBundle of(String keyId, byte[] payload, byte[] signature) {
        return new SignatureBundle(
                MEDIA_TYPE,
                new VerificationMaterial(new PublicKeyHint(keyId), List.of()),
                new Envelope(
                        Base64.getEncoder().encodeToString(payload),
                        ModelStatement.PAYLOAD_TYPE,
                        List.of(new EnvelopeSignature(Base64.getEncoder().encodeToString(signature), ""))));
    }

    byte[] toJson() {
        return write(this);
    }

    static byte[] write(Object tree) {
        try {
            return JSON.writeValueAsBytes(tree);
        } catch (IOException e) {
            throw new IllegalStateException("plain values can always be written", e);
        }
    }

    /** @throws IOException if it is not a bundle of this kind with one signature */
    static SignatureBundle parse(byte[] json) throws IOException {
        SignatureBundle bundle = JSON.readValue(json, SignatureBundle.class);
        boolean complete = bundle != null
                && MEDIA_TYPE.equals(bundle.mediaType)
                && bundle.dsseEnvelope != null
                && bundle.dsseEnvelope.payload != null
                && ModelStatement.PAYLOAD_TYPE.equals(bundle.dsseEnvelope.payloadType)
                && bundle.dsseEnvelope.signatures != null
                && bundle.dsseEnvelope.signatures.size() == 1
                && bundle.dsseEnvelope.signatures.getFirst().sig() != null;
        if (!complete) {
            throw new IOException("it is no " + MEDIA_TYPE + " with one signature over " + ModelStatement.PAYLOAD_TYPE);
        }
        return bundle;
    }

    byte[] signature() throws IOException {
        return decode(dsseEnvelope.signatures().getFirst().sig());
    }

    /** What was signed, but for its {@link #preAuthenticationEncoding}. */
    byte[] payload() throws IOException {
        return decode(dsseEnvelope.payload());
    }

    /** The parsed payload, to be compared. */
    Object statement() throws IOException {
        return JSON.readTree(payload());
    }

    private static byte[] decode(String base64) throws IOException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IOException("it is no Base64: " + e.getMessage(), e);
        }
    }

    /** A statement as {@link #statement} gives it. */
    static Object tree(ModelStatement statement) {
        return JSON.valueToTree(statement.toTree());
    }

    /** What is signed of a payload: DSSE's pre-authentication encoding, version 1. */
    static byte[] preAuthenticationEncoding(byte[] payload) {
        byte[] head = ("DSSEv1 " + ModelStatement.PAYLOAD_TYPE.length() + " " + ModelStatement.PAYLOAD_TYPE + " "
                        + payload.length + " ")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] encoded = new byte[head.length + payload.length];
        System.arraycopy(head, 0, encoded, 0, head.length);
        System.arraycopy(payload, 0, encoded, head.length, payload.length);
        return encoded;
    }
}
