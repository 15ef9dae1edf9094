package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.attune.ingest.gateway.TlsSettings.ClientCertificates;
import dev.attune.kit.ConfigException;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS with certificates that the running JDK's keytool makes. */
@ExtendWith(PlatformExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServerTlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private Platform platform;
    private KeyStore server;
    private KeyStore renewed;
    private KeyStore client;
    private KeyStore stranger;

    @BeforeAll
    void certificates(Platform platform) throws Exception {
        this.platform = platform;
        server = keyStore("server");
        renewed = keyStore("renewed");
        client = keyStore("client");
        stranger = keyStore("stranger");
    }

    @Test
    void itSpeaksTls() throws Exception {
        try (Gateway gateway = start(settings(ClientCertificates.NONE))) {
            assertThat(status(gateway, null, server)).isEqualTo(200);
            assertThatThrownBy(() -> status(gateway, null, renewed)).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ClientCertificates.class,
            names = {"OPTIONAL", "REQUIRED"})
    void clientsShowTheirCertificate(ClientCertificates asked) throws Exception {
        try (Gateway gateway = start(settings(asked))) {
            assertThat(status(gateway, client, server)).isEqualTo(200);
            if (asked == ClientCertificates.OPTIONAL) {
                assertThat(status(gateway, null, server)).isEqualTo(200);
            } else {
                assertThatThrownBy(() -> status(gateway, null, server)).isInstanceOf(IOException.class);
                assertThatThrownBy(() -> status(gateway, stranger, server)).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void aRenewedCertificateCountsWithoutARestart() throws Exception {
        try (Gateway gateway = start(settings(ClientCertificates.NONE))) {
            assertThat(presented(gateway)).isEqualTo(server.getCertificate("server"));

            writeServer(renewed, "renewed");

            await().atMost(Duration.ofSeconds(20))
                    .until(() -> presented(gateway).equals(renewed.getCertificate("renewed")));
        }
    }

    @Test
    void aBrokenRenewalKeepsTheOldCertificate() throws Exception {
        try (Gateway gateway = start(settings(ClientCertificates.NONE))) {
            // A key that is not the certificate's.
            write(
                    folder.resolve("key.pem"),
                    "PRIVATE KEY",
                    List.of(renewed.getKey("renewed", PASSWORD).getEncoded()));

            await().atMost(Duration.ofSeconds(20))
                    .until(() -> metrics(gateway).contains("outcome=\"refused\",service=\"gateway\",what=\"tls\""));

            assertThat(status(gateway, null, server)).isEqualTo(200);
            assertThat(presented(gateway)).isEqualTo(server.getCertificate("server"));
        }
    }

    @Test
    void aKeyThatIsNotTheCertificatesIsRefusedAtTheStart() throws Exception {
        TlsSettings settings = settings(ClientCertificates.NONE);
        write(
                folder.resolve("key.pem"),
                "PRIVATE KEY",
                List.of(renewed.getKey("renewed", PASSWORD).getEncoded()));

        assertThatThrownBy(() -> start(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessage("http.tls.privateKey: is not the key of the certificate");
    }

    private Gateway start(TlsSettings tls) throws Exception {
        return Gateway.start(TestConfigs.config(platform, platform.createTopics(1), tls));
    }

    private TlsSettings settings(ClientCertificates asked) throws Exception {
        writeServer(server, "server");
        Path roots = folder.resolve("roots.pem");
        write(roots, "CERTIFICATE", List.of(client.getCertificate("client").getEncoded()));
        return new TlsSettings(
                folder.resolve("cert.pem"),
                folder.resolve("key.pem"),
                asked,
                asked == ClientCertificates.NONE ? null : roots);
    }

    private void writeServer(KeyStore store, String alias) throws Exception {
        List<byte[]> chain = new ArrayList<>();
        for (Certificate one : store.getCertificateChain(alias)) {
            chain.add(one.getEncoded());
        }
        write(folder.resolve("cert.pem"), "CERTIFICATE", chain);
        write(
                folder.resolve("key.pem"),
                "PRIVATE KEY",
                List.of(store.getKey(alias, PASSWORD).getEncoded()));
    }

    private static void write(Path file, String type, List<byte[]> contents) throws IOException {
        StringBuilder pem = new StringBuilder();
        for (byte[] content : contents) {
            pem.append("-----BEGIN ").append(type).append("-----\n");
            pem.append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content));
            pem.append("\n-----END ").append(type).append("-----\n");
        }
        Path aside = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(aside, pem);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static KeyStore keyStore(String alias) throws Exception {
        Path file = shared.resolve(alias + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        alias,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=" + alias,
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-ext",
                        "bc=ca:true",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        file.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return KeyStore.getInstance(file.toFile(), PASSWORD);
    }

    private static int status(Gateway gateway, @Nullable KeyStore shown, KeyStore trusted) throws Exception {
        return get(gateway, "/health/live", shown, trusted).statusCode();
    }

    private String metrics(Gateway gateway) throws Exception {
        return get(gateway, "/metrics", null, server).body();
    }

    /** The certificate that a new connection is shown. */
    private X509Certificate presented(Gateway gateway) throws Exception {
        HttpResponse<String> response = get(gateway, "/health/live", null, server, renewed);
        return (X509Certificate) response.sslSession().orElseThrow().getPeerCertificates()[0];
    }

    private static HttpResponse<String> get(Gateway gateway, String path, @Nullable KeyStore shown, KeyStore... trusted)
            throws Exception {
        KeyStore roots = KeyStore.getInstance("PKCS12");
        roots.load(null, null);
        for (KeyStore one : Arrays.asList(trusted)) {
            String alias = one.aliases().nextElement();
            roots.setCertificateEntry(alias, one.getCertificate(alias));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(roots);
        SSLContext context = SSLContext.getInstance("TLS");
        if (shown == null) {
            context.init(null, trust.getTrustManagers(), null);
        } else {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(shown, PASSWORD);
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        }
        try (HttpClient http = HttpClient.newBuilder()
                .sslContext(context)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10))
                .build()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + gateway.port() + path))
                            .timeout(Duration.ofSeconds(20))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
