package dev.attune.publisher.store;

import dev.attune.artifacts.Digests;

/** Where signatures lie, in every kind of store. */
public final class SignatureNames {

    /** A signature of a thousand files has about 200 kB. */
    public static final int MAX_BYTES = 4 << 20;

    private SignatureNames() {}

    /** {@code signatures/<artifact digest>}: what {@link #path} lies in. */
    static String folder(String artifactSha256) {
        return "signatures/" + artifactSha256;
    }

    /** {@code signatures/<artifact digest>/<key id>.sigstore.json}. */
    public static String path(String artifactSha256, String keyId) {
        requireDigests(artifactSha256, keyId);
        return folder(artifactSha256) + "/" + keyId + ".sigstore.json";
    }

    /** {@code signature-<artifact digest>-<first 16 digits of the key id>}: a tag has at most 128 characters. */
    public static String tag(String artifactSha256, String keyId) {
        requireDigests(artifactSha256, keyId);
        return "signature-" + artifactSha256 + "-" + keyId.substring(0, 16);
    }

    private static void requireDigests(String artifactSha256, String keyId) {
        if (!Digests.isSha256(artifactSha256) || !Digests.isSha256(keyId)) {
            throw new IllegalArgumentException("not digests: " + artifactSha256 + ", " + keyId);
        }
    }
}
