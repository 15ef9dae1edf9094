package dev.attune.ingest.gateway;

import dev.attune.ingest.gateway.credential.FileReloads;
import dev.attune.kit.ConfigException;
import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.common.tls.TlsConfig;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The server's TLS. Renewed files count for the next connections; those that are open keep what they began with. */
final class ServerTls {
    private static final String SETTING = "http.tls";

    private final TlsSettings settings;
    private @Nullable Tls tls;

    private ServerTls(TlsSettings settings) {
        this.settings = settings;
    }

    /** @throws ConfigException when a file cannot be used */
    static Optional<ServerTls> of(TlsSettings settings, FileReloads reloads) {
        if (!settings.isOn()) {
            return Optional.empty();
        }
        ServerTls one = new ServerTls(settings);
        reloads.watch("tls", settings.files(), one::load);
        return Optional.of(one);
    }

    Tls tls() {
        return Objects.requireNonNull(tls, "it was loaded when it was made");
    }

    private void load() {
        Tls next = read();
        if (tls == null) {
            tls = next;
        } else {
            tls.reload(next);
        }
    }

    private Tls read() {
        try {
            Keys keys = Keys.builder()
                    .pem(pem -> pem.key(resource(settings.privateKey())).certChain(resource(settings.certificate())))
                    .build();
            requirePair(keys);
            TlsConfig.Builder builder = Tls.builder()
                    .privateKey(keys)
                    .privateKeyCertChain(keys)
                    .enabledProtocols(List.of("TLSv1.3", "TLSv1.2"));
            Path roots = settings.clientRoots();
            if (roots != null) {
                Keys trusted = Keys.builder()
                        .pem(pem -> pem.certificates(resource(roots)))
                        .build();
                builder.trust(trusted);
            }
            builder.clientAuth(
                    switch (settings.clientCertificates()) {
                        case NONE -> TlsClientAuth.NONE;
                        case OPTIONAL -> TlsClientAuth.OPTIONAL;
                        case REQUIRED -> TlsClientAuth.REQUIRED;
                    });
            return builder.build();
        } catch (ConfigException e) {
            throw e;
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new ConfigException(SETTING, "a file cannot be used: " + e.getMessage());
        }
    }

    /** Files of two renewals would break every handshake, and nothing else would say so. */
    private static void requirePair(Keys keys) throws GeneralSecurityException {
        if (keys.certChain().isEmpty()) {
            throw new ConfigException(SETTING + ".certificate", "holds no certificate");
        }
        PrivateKey privateKey = keys.privateKey()
                .orElseThrow(() -> new ConfigException(SETTING + ".privateKey", "holds no private key in PKCS#8"));
        PublicKey publicKey = keys.certChain().getFirst().getPublicKey();
        String algorithm = switch (privateKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> privateKey.getAlgorithm();
        };
        byte[] probe = {1, 2, 3};
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(privateKey);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(probe);
        if (!signature.verify(signed)) {
            throw new ConfigException(SETTING + ".privateKey", "is not the key of the certificate");
        }
    }

    private static Resource resource(@Nullable Path file) {
        return Resource.create(Objects.requireNonNull(file, "settings are complete"));
    }
}
