package dev.attune.publisher.sign;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.util.Optional;

/** The kinds of keys that sign. */
public enum KeyType {
    /** Small and fast, the same signature each time. The model_signing tool does not know it. */
    ED25519("Ed25519", "Ed25519"),
    /** ECDSA on P-256 with SHA-256, which every tool knows. */
    P256("EC", "SHA256withECDSA");

    private static final int P256_BITS = 256;

    private final String keyAlgorithm;
    private final String signatureAlgorithm;

    KeyType(String keyAlgorithm, String signatureAlgorithm) {
        this.keyAlgorithm = keyAlgorithm;
        this.signatureAlgorithm = signatureAlgorithm;
    }

    /** For the JDK's key factories. */
    String keyAlgorithm() {
        return keyAlgorithm;
    }

    /** For the JDK's signatures. */
    String signatureAlgorithm() {
        return signatureAlgorithm;
    }

    /** Empty where a key is of a kind that does not sign here. */
    static Optional<KeyType> of(Key key) {
        return switch (key) {
            case EdECKey edwards
            when edwards.getParams().getName().equals(NamedParameterSpec.ED25519.getName()) -> Optional.of(ED25519);
            // The only curve of this size that the JDK has.
            case ECKey curve when curve.getParams().getOrder().bitLength() == P256_BITS -> Optional.of(P256);
            default -> Optional.empty();
        };
    }

    /** A new pair. */
    KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(keyAlgorithm);
            if (this == P256) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + this, e);
        }
    }
}
