package dev.attune.ingest.gateway;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** TLS of the gateway's port; without a certificate it speaks plain HTTP. All files are PEM, and read again when they change. */
public record TlsSettings(
        @Setting(value = "Its certificate and those between it and the root, in this order.", optional = true) @Nullable
        Path certificate,

        @Setting(value = "The certificate's private key, PKCS#8.", optional = true) @Nullable
        Path privateKey,

        @Setting(value = "Whether clients have to show a certificate: none, optional or required.", byDefault = "none")
        ClientCertificates clientCertificates,

        @Setting(value = "The roots that clients' certificates may come from.", optional = true) @Nullable
        Path clientRoots) {

    /** What is asked of clients. */
    public enum ClientCertificates {
        NONE,
        OPTIONAL,
        REQUIRED
    }

    public TlsSettings {
        Checks.that(
                (certificate == null) == (privateKey == null),
                certificate == null ? "certificate" : "privateKey",
                "certificate and privateKey belong together: set both or neither");
        Checks.that(
                (clientCertificates == ClientCertificates.NONE) == (clientRoots == null),
                "clientRoots",
                "has to be set where clientCertificates is optional or required, and only there");
        Checks.that(
                clientCertificates == ClientCertificates.NONE || certificate != null,
                "certificate",
                "has to be set where clients have to show theirs");
    }

    /** Plain HTTP. */
    public static TlsSettings off() {
        return new TlsSettings(null, null, ClientCertificates.NONE, null);
    }

    public boolean isOn() {
        return certificate != null;
    }

    /** All files. */
    List<Path> files() {
        List<Path> files = new ArrayList<>();
        for (Path file : new Path[] {certificate, privateKey, clientRoots}) {
            if (file != null) {
                files.add(file);
            }
        }
        return files;
    }
}
