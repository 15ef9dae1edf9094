package dev.attune.trainer.release;

import dev.attune.artifacts.CheckpointVersion;
import dev.attune.artifacts.Digests;

/**
 * A version that serves, or did.
 *
 * @param version of the checkpoint
 * @param digest of the checkpoint, {@code sha256:} and 64 hexadecimal digits
 */
public record PromotedRelease(String version, String digest) {

    public PromotedRelease {
        if (!CheckpointVersion.parse(version).names(Digests.unprefixed(digest))) {
            throw new IllegalArgumentException("version " + version + " is not of the digest " + digest);
        }
    }

    /** Of the trainer, since the base. */
    long step() {
        return CheckpointVersion.parse(version).step();
    }
}
