package dev.attune.publisher.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.Digests;
import dev.attune.kit.ConfigException;
import dev.attune.publisher.store.ArtifactStore;
import dev.attune.publisher.store.LocalArtifactStore;
import dev.attune.publisher.store.StoredCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that openssl made, and signatures that it verifies, as docs/operations/publisher.md describes it. */
class OpensslTest {

    @TempDir
    Path folder;

    private ArtifactStore store;
    private String artifact;
    private CheckpointDirectory stored;

    @BeforeEach
    void storeACheckpoint() throws IOException {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed: apt-get install openssl");
        store = new LocalArtifactStore(folder.resolve("store"));
        StoredCheckpoint checkpoint = StoredCheckpoint.write(folder.resolve("trainer"));
        store.put(checkpoint.directory(), checkpoint.verified());
        artifact = checkpoint.verified().artifactSha256();
        stored = store.fetch(artifact).orElseThrow();
    }

    @Test
    void verifiesEd25519() throws Exception {
        openssl("genpkey", "-algorithm", "ed25519", "-out", "key.pem");
        sign();

        String said = openssl(
                "pkeyutl",
                "-verify",
                "-pubin",
                "-inkey",
                "pub.pem",
                "-rawin",
                "-in",
                "message",
                "-sigfile",
                "signature");

        assertThat(said).contains("Signature Verified Successfully");
    }

    @Test
    void verifiesP256() throws Exception {
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "key.pem");
        sign();

        String said = openssl("dgst", "-sha256", "-verify", "pub.pem", "-signature", "signature", "message");

        assertThat(said).contains("Verified OK");
    }

    /** The id is what sha256sum says of the public key's file. */
    @Test
    void aKeysIdIsTheDigestOfItsFile() throws Exception {
        openssl("genpkey", "-algorithm", "ed25519", "-out", "key.pem");
        openssl("pkey", "-in", "key.pem", "-pubout", "-out", "pub.pem");

        assertThat(TrustedKey.read(folder.resolve("pub.pem")).id())
                .isEqualTo(Digests.sha256(folder.resolve("pub.pem")));
    }

    @Test
    void keysOfAnotherKindOrFormAreRefusedWithTheRemedy() throws Exception {
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "rsa.pem");
        openssl("ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", "old.pem");
        openssl("pkcs8", "-topk8", "-nocrypt", "-in", "old.pem", "-out", "p384.pem");

        assertThatThrownBy(() -> PemKeys.readPrivate(folder.resolve("rsa.pem"))).hasMessageContaining("genpkey");
        assertThatThrownBy(() -> PemKeys.readPrivate(folder.resolve("p384.pem")))
                .hasMessageContaining("P-256");
        assertThatThrownBy(() -> PemKeys.readPrivate(folder.resolve("old.pem"))).hasMessageContaining("pkcs8 -topk8");
        assertThatThrownBy(() ->
                        ReleaseSigning.open(new SigningSettings(null, List.of(folder.resolve("nowhere.pem"))), store))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("nowhere.pem");
    }

    /** Signs, and writes what openssl needs: the message and the signature out of the bundle. */
    private void sign() throws Exception {
        openssl("pkey", "-in", "key.pem", "-pubout", "-out", "pub.pem");
        Path publicKey = folder.resolve("pub.pem");
        ReleaseSigning.open(new SigningSettings(folder.resolve("key.pem"), List.of(publicKey)), store)
                .sign(artifact, stored);
        SignatureBundle bundle = SignatureBundle.parse(
                store.signature(artifact, TrustedKey.read(publicKey).id()).orElseThrow());
        byte[] payload = bundle.payload();
        Files.writeString(
                folder.resolve("message"),
                "DSSEv1 28 application/vnd.in-toto+json " + payload.length + " "
                        + new String(payload, StandardCharsets.UTF_8));
        Files.write(folder.resolve("signature"), bundle.signature());
    }

    private String openssl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("/usr/bin/openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
