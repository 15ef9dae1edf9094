package dev.attune.publisher.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.kit.CommandLines;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ExitCode;
import dev.attune.publisher.store.ArtifactStore;
import dev.attune.publisher.store.LocalArtifactStore;
import dev.attune.publisher.store.StoredCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReleaseSigningTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private ArtifactStore store;
    private String artifact;
    private CheckpointDirectory stored;

    @BeforeEach
    void storeACheckpoint() throws IOException {
        store = new LocalArtifactStore(folder.resolve("store"));
        StoredCheckpoint checkpoint = StoredCheckpoint.write(folder.resolve("trainer"));
        store.put(checkpoint.directory(), checkpoint.verified());
        artifact = checkpoint.verified().artifactSha256();
        stored = store.fetch(artifact).orElseThrow();
    }

    private Path privateKey(String name) {
        return folder.resolve(name + ".pem");
    }

    private Path publicKey(String name) {
        return folder.resolve(name + ".pub.pem");
    }

    private void keygen(String name, KeyType type) {
        int exit = CommandLines.run(
                new KeygenCommand(),
                "--private",
                privateKey(name).toString(),
                "--public",
                publicKey(name).toString(),
                "--type",
                type.name());
        assertThat(exit).isEqualTo(ExitCode.OK);
    }

    /** Signs with one key, and trusts it and others. */
    private ReleaseSigning signing(String signer, String... others) {
        List<Path> trusted = new ArrayList<>(List.of(publicKey(signer)));
        for (String other : others) {
            trusted.add(publicKey(other));
        }
        return ReleaseSigning.open(new SigningSettings(privateKey(signer), trusted), store);
    }

    private ReleaseSigning verifying(String... trusted) {
        return ReleaseSigning.open(
                new SigningSettings(
                        null, List.of(trusted).stream().map(this::publicKey).toList()),
                store);
    }

    private Path signatureOf(String name) throws IOException {
        String id = TrustedKey.read(publicKey(name)).id();
        return folder.resolve("store/signatures").resolve(artifact).resolve(id + ".sigstore.json");
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void whatWasSignedIsTrustedByThePublicKeyAlone(KeyType type) throws IOException {
        keygen("key", type);

        signing("key").sign(artifact, stored);

        verifying("key").require(artifact, stored);
        byte[] signature = Files.readAllBytes(signatureOf("key"));
        signing("key").sign(artifact, stored);
        assertThat(Files.readAllBytes(signatureOf("key"))).isEqualTo(signature);
    }

    /** The layout, as its specification names it. */
    @Test
    void theSignatureIsABundleWithAStatementOfEveryFile() throws IOException {
        keygen("key", KeyType.P256);
        signing("key").sign(artifact, stored);

        JsonNode bundle = JSON.readTree(signatureOf("key").toFile());
        JsonNode statement = JSON.readTree(bundle.at("/dsseEnvelope/payload").binaryValue());

        assertThat(bundle.path("mediaType").asText()).isEqualTo("application/vnd.dev.sigstore.bundle.v0.3+json");
        assertThat(bundle.at("/dsseEnvelope/payloadType").asText()).isEqualTo("application/vnd.in-toto+json");
        assertThat(bundle.at("/verificationMaterial/publicKey/hint").asText())
                .isEqualTo(TrustedKey.read(publicKey("key")).id());
        assertThat(statement.path("_type").asText()).isEqualTo("https://in-toto.io/Statement/v1");
        assertThat(statement.path("predicateType").asText()).isEqualTo("https://model_signing/signature/v1.0");
        assertThat(statement.at("/subject/0/name").asText()).startsWith("support-v000001-");
        assertThat(statement.at("/predicate/serialization/method").asText()).isEqualTo("files");
        List<String> names = new ArrayList<>();
        statement
                .at("/predicate/resources")
                .forEach(file -> names.add(file.path("name").asText()));
        assertThat(names)
                .containsExactly(
                        "adapter/adapter_config.json",
                        "adapter/adapter_model.safetensors",
                        "batches.jsonl",
                        "manifest.json",
                        "probes.json");
    }

    @Test
    void whatNobodyTrustedSignedIsRefused() throws IOException {
        keygen("key", KeyType.ED25519);
        keygen("stranger", KeyType.ED25519);
        signing("stranger").sign(artifact, stored);

        assertThatThrownBy(() -> verifying("key").require(artifact, stored))
                .isInstanceOfSatisfying(
                        WrongSignatureException.class,
                        e -> assertThat(e.isMissing()).isTrue())
                .hasMessageContaining("no signature of a trusted key");
    }

    /** Under the trusted key's name lies what another key signed. */
    @Test
    void aSignatureOfAnotherKeyUnderATrustedNameIsRefused() throws IOException {
        keygen("key", KeyType.ED25519);
        keygen("stranger", KeyType.ED25519);
        signing("stranger").sign(artifact, stored);
        Files.move(signatureOf("stranger"), signatureOf("key"));

        assertThatThrownBy(() -> signing("key").sign(artifact, stored))
                .isInstanceOfSatisfying(
                        WrongSignatureException.class,
                        e -> assertThat(e.isMissing()).isFalse())
                .hasMessageContaining("does not hold");
    }

    @Test
    void aSignatureOfAnotherArtifactIsRefused() throws IOException {
        keygen("key", KeyType.P256);
        StoredCheckpoint other = StoredCheckpoint.write(folder.resolve("other"));
        store.put(other.directory(), other.verified());
        String otherArtifact = other.verified().artifactSha256();
        signing("key").sign(otherArtifact, store.fetch(otherArtifact).orElseThrow());
        Path here = signatureOf("key");
        Files.createDirectories(here.getParent());
        Files.copy(folder.resolve("store/signatures").resolve(otherArtifact).resolve(here.getFileName()), here);

        assertThatThrownBy(() -> verifying("key").require(artifact, stored))
                .isInstanceOf(WrongSignatureException.class)
                .hasMessageContaining("something else than this artifact's files");
    }

    @Test
    void aSignatureOfWhichOneByteChangedIsRefused() throws IOException {
        keygen("key", KeyType.ED25519);
        signing("key").sign(artifact, stored);
        ObjectNode bundle = (ObjectNode) JSON.readTree(signatureOf("key").toFile());
        byte[] payload = bundle.at("/dsseEnvelope/payload").binaryValue();
        payload[payload.length / 2] ^= 1;
        ((ObjectNode) bundle.path("dsseEnvelope")).put("payload", payload);
        Files.write(signatureOf("key"), JSON.writeValueAsBytes(bundle));

        assertThatThrownBy(() -> verifying("key").require(artifact, stored))
                .isInstanceOf(WrongSignatureException.class);

        Files.writeString(signatureOf("key"), "{}");
        assertThatThrownBy(() -> verifying("key").require(artifact, stored))
                .isInstanceOf(WrongSignatureException.class)
                .hasMessageContaining("cannot be read");
    }

    /** First both are trusted, then the new one signs, then the old one goes. */
    @Test
    void aNewKeySignsBesideTheOldOne() throws IOException {
        keygen("old", KeyType.P256);
        keygen("new", KeyType.ED25519);
        signing("old").sign(artifact, stored);

        signing("new", "old").sign(artifact, stored);

        verifying("new").require(artifact, stored);
        verifying("old").require(artifact, stored);
    }

    @Test
    void aPrivateKeyWhoseOtherHalfIsNotTrustedIsAMistake() {
        keygen("key", KeyType.ED25519);
        keygen("other", KeyType.ED25519);
        SigningSettings settings = new SigningSettings(privateKey("key"), List.of(publicKey("other")));

        assertThatThrownBy(() -> ReleaseSigning.open(settings, store))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("store.signing.trustedKeys")
                .hasMessageContaining("openssl pkey");
    }

    @Test
    void aKeyIsNeverOverwritten() throws IOException {
        keygen("key", KeyType.ED25519);
        String key = Files.readString(privateKey("key"));

        int exit = CommandLines.run(
                new KeygenCommand(), "--private", privateKey("key").toString(), "--public", "unused");

        assertThat(exit).isEqualTo(ExitCode.USAGE);
        assertThat(Files.readString(privateKey("key"))).isEqualTo(key);
        assertThat(Files.getPosixFilePermissions(privateKey("key"))).hasSize(2);
    }
}
