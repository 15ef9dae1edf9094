package dev.attune.publisher.sign;

import dev.attune.artifacts.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;

/**
 * A public key.
 *
 * @param id SHA-256 of its PEM form, as model_signing has it and {@code sha256sum} of the file gives it
 */
record TrustedKey(String id, KeyType type, PublicKey key) {

    static TrustedKey read(Path file) throws IOException {
        return of(PemKeys.readPublic(file));
    }

    static TrustedKey of(PublicKey key) {
        KeyType type = KeyType.of(key).orElseThrow();
        return new TrustedKey(Digests.sha256(PemKeys.write(key).getBytes(StandardCharsets.US_ASCII)), type, key);
    }

    boolean verifies(byte[] message, byte[] signature) {
        try {
            Signature verifying = Signature.getInstance(type.signatureAlgorithm());
            verifying.initVerify(key);
            verifying.update(message);
            return verifying.verify(signature);
        } catch (SignatureException malformed) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that was read can verify", e);
        }
    }

    /** @param privateKey the other half of this key */
    byte[] sign(PrivateKey privateKey, byte[] message) {
        try {
            Signature signing = Signature.getInstance(type.signatureAlgorithm());
            signing.initSign(privateKey);
            signing.update(message);
            return signing.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that was read can sign", e);
        }
    }
}
