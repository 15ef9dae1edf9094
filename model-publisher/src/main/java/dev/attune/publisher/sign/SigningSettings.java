package dev.attune.publisher.sign;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys of signatures. Where they are set, no replica loads what has no valid signature of a trusted key. */
public record SigningSettings(
        @Setting(
                value =
                        "Private key (PEM, PKCS #8, Ed25519 or P-256) that signs releases; where this is absent, only what"
                                + " somebody else signed is released.",
                optional = true)
        @Nullable
        Path privateKey,

        @Setting("Public keys (PEM) whose signatures are trusted, that of the private key among them.")
        List<Path> trustedKeys) {

    public SigningSettings {
        Checks.notEmpty("trustedKeys", trustedKeys);
        trustedKeys = List.copyOf(trustedKeys);
    }
}
