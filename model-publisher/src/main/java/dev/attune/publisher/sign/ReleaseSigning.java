package dev.attune.publisher.sign;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.artifacts.Digests;
import dev.attune.kit.ConfigException;
import dev.attune.publisher.store.ArtifactStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Signs what is in the store, and requires a signature before anything is loaded. An artifact may have one signature of each
 * key: when keys change, the new one signs beside the old one.
 */
public final class ReleaseSigning {

    private final ArtifactStore store;
    private final List<TrustedKey> trusted;
    private final @Nullable PrivateKey privateKey;
    /** The trusted key whose other half signs. */
    private final @Nullable TrustedKey signer;
    /** Artifacts that were found to be signed: neither they nor their signatures change. */
    private final Set<String> signed = ConcurrentHashMap.newKeySet();

    private ReleaseSigning(
            ArtifactStore store,
            List<TrustedKey> trusted,
            @Nullable PrivateKey privateKey,
            @Nullable TrustedKey signer) {
        this.store = store;
        this.trusted = trusted;
        this.privateKey = privateKey;
        this.signer = signer;
    }

    /** @throws ConfigException if a key cannot be used, or the private key's other half is not trusted */
    public static ReleaseSigning open(SigningSettings settings, ArtifactStore store) {
        List<TrustedKey> trusted = new ArrayList<>();
        for (Path file : settings.trustedKeys()) {
            trusted.add(read("store.signing.trustedKeys", () -> TrustedKey.read(file)));
        }
        Path file = settings.privateKey();
        if (file == null) {
            return new ReleaseSigning(store, trusted, null, null);
        }
        PrivateKey privateKey = read("store.signing.privateKey", () -> PemKeys.readPrivate(file));
        return new ReleaseSigning(store, trusted, privateKey, otherHalf(file, privateKey, trusted));
    }

    /**
     * Attaches this publisher's signature, where it has a key and there is none of it yet; then requires one.
     *
     * @throws WrongSignatureException if there is no valid one
     */
    public void sign(String artifactSha256, CheckpointDirectory stored) throws IOException {
        TrustedKey key = signer;
        if (key != null
                && privateKey != null
                && store.signature(artifactSha256, key.id()).isEmpty()) {
            byte[] payload =
                    SignatureBundle.write(statement(artifactSha256, stored).toTree());
            byte[] signature = key.sign(privateKey, SignatureBundle.preAuthenticationEncoding(payload));
            store.attachSignature(
                    artifactSha256,
                    key.id(),
                    SignatureBundle.of(key.id(), payload, signature).toJson());
        }
        require(artifactSha256, stored);
    }

    /**
     * Requires that a trusted key signed exactly these files.
     *
     * @param stored what was fetched, and so is known to be what the artifact digest says
     * @throws WrongSignatureException if none did, or one that is trusted has a signature that does not hold
     */
    public void require(String artifactSha256, CheckpointDirectory stored) throws IOException {
        if (signed.contains(artifactSha256)) {
            return;
        }
        Object expected = SignatureBundle.tree(statement(artifactSha256, stored));
        boolean found = false;
        for (TrustedKey key : trusted) {
            Optional<byte[]> signature = store.signature(artifactSha256, key.id());
            if (signature.isPresent()) {
                verify(artifactSha256, key, signature.get(), expected);
                found = true;
            }
        }
        if (!found) {
            throw new WrongSignatureException(
                    true, "artifact " + artifactSha256 + " has no signature of a trusted key (" + ids() + ")");
        }
        signed.add(artifactSha256);
    }

    private static void verify(String artifactSha256, TrustedKey key, byte[] json, Object expected)
            throws WrongSignatureException {
        String which = "the signature of key " + key.id() + " on artifact " + artifactSha256;
        try {
            SignatureBundle bundle = SignatureBundle.parse(json);
            byte[] message = SignatureBundle.preAuthenticationEncoding(bundle.payload());
            if (!key.verifies(message, bundle.signature())) {
                throw new WrongSignatureException(false, which + " does not hold");
            }
            if (!bundle.statement().equals(expected)) {
                throw new WrongSignatureException(false, which + " is over something else than this artifact's files");
            }
        } catch (WrongSignatureException e) {
            throw e;
        } catch (IOException e) {
            throw new WrongSignatureException(which + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static ModelStatement statement(String artifactSha256, CheckpointDirectory stored) throws IOException {
        byte[] json = stored.manifestBytes();
        if (!Digests.sha256(json).equals(artifactSha256)) {
            throw new WrongSignatureException(false, stored.manifest() + " is not the manifest of " + artifactSha256);
        }
        return ModelStatement.of(artifactSha256, CheckpointManifest.parse(stored.manifest(), json));
    }

    private String ids() {
        return String.join(", ", trusted.stream().map(TrustedKey::id).toList());
    }

    private static TrustedKey otherHalf(Path file, PrivateKey privateKey, List<TrustedKey> trusted) {
        byte[] message = "which of the trusted keys is it?".getBytes(StandardCharsets.US_ASCII);
        for (TrustedKey key : trusted) {
            if (KeyType.of(privateKey).equals(Optional.of(key.type()))
                    && key.verifies(message, key.sign(privateKey, message))) {
                return key;
            }
        }
        throw new ConfigException(
                "store.signing.trustedKeys",
                "the public key of " + file + " is not among them, so that nothing it signs would be loaded:"
                        + " openssl pkey -in " + file + " -pubout writes it");
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private static <T> T read(String setting, Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new ConfigException(setting, String.valueOf(e.getMessage()));
        }
    }
}
