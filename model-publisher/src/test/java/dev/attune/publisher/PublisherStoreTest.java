package dev.attune.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import dev.attune.kit.CommandLines;
import dev.attune.kit.ExitCode;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.fake.FakeCheckpoints.Draft;
import dev.attune.publisher.fake.FakeVllm;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.FencedException;
import dev.attune.publisher.sign.KeygenCommand;
import dev.attune.publisher.sign.SigningSettings;
import dev.attune.publisher.store.ReleaseStore;
import dev.attune.publisher.store.S3MockServer;
import dev.attune.publisher.store.StoreSettings;
import dev.attune.publisher.store.pointer.ChampionPointer;
import dev.attune.publisher.store.s3.S3Bucket;
import dev.attune.publisher.store.s3.S3Settings;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The publisher with a bucket, with signatures, and with a second publisher at its pointer. */
@ExtendWith(PlatformExtension.class)
class PublisherStoreTest {

    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final FakeVllm replica = new FakeVllm();
    private final S3Settings bucket = S3MockServer.settings();
    private FakeCheckpoints checkpoints;
    private PublisherTopics topics;
    private TestPublisherConfig config;

    @BeforeEach
    void start(Platform platform, TestInfo test) throws Exception {
        checkpoints = new FakeCheckpoints(folder);
        String prefix = test.getTestMethod().orElseThrow().getName() + ".";
        topics = new PublisherTopics(platform.bootstrapServers(), platform.registryUrl(), prefix);
        config = new TestPublisherConfig(
                platform.bootstrapServers(), platform.registryUrl(), prefix, folder, List.of(replica.url()));
        keygen("key");
        keygen("other");
    }

    @AfterEach
    void stop() {
        topics.close();
        replica.close();
    }

    @Test
    void aReleaseGoesThroughABucketSignedAndThePointerSaysWhatServes() throws Exception {
        Candidate v1 = checkpoints.write(new Draft().step(1).strength(0.1));
        Candidate v2 = checkpoints.write(new Draft().step(2).strength(0.2).parent(v1.version()));
        StoreSettings store = inBucket(new SigningSettings(key("key.pem"), List.of(key("key.pub"))));
        try (PublisherService _ = PublisherService.start(config.with(store).patient())) {
            for (Candidate candidate : List.of(v1, v2)) {
                topics.announce(candidate);
                awaitState(candidate, ReleaseState.PROMOTED);
            }

            assertThat(topics.releases(v2).stream().map(ReleaseChanged::getState))
                    .containsSequence(ReleaseState.STORED, ReleaseState.SIGNED, ReleaseState.LOADING);
            assertThat(replica.loaded()).containsExactlyInAnyOrder(v1.servedName(), v2.servedName());
            assertThat(folder.resolve("replicas/sha256"))
                    .isDirectoryContaining(path -> ("sha256:" + path.getFileName()).equals(v2.artifactDigest()));
            await().atMost(BOUND).untilAsserted(() -> assertThat(stable()).isEqualTo(v2.servedName()));
        }
    }

    @Test
    void whatNobodyTrustedSignedIsNeverLoaded() throws Exception {
        Candidate v1 = checkpoints.write(new Draft().step(1).strength(0.1));
        StoreSettings store = inBucket(new SigningSettings(null, List.of(key("other.pub"))));
        try (PublisherService _ = PublisherService.start(config.with(store).patient())) {
            topics.announce(v1);

            assertThat(awaitState(v1, ReleaseState.REJECTED).getReason()).isEqualTo("signature_missing");
            assertThat(replica.loaded()).isEmpty();
        }
    }

    @Test
    void whoLosesThePointerEndsBeforeItTouchesServing() throws Exception {
        Candidate v1 = checkpoints.write(new Draft().step(1).strength(0.1));
        StoreSettings store = inBucket(null);
        try (PublisherService publisher =
                        PublisherService.start(config.with(store).patient());
                ReleaseStore elsewhere = ReleaseStore.open(store)) {
            ChampionPointer later =
                    elsewhere.claim(FakeCheckpoints.TENANT, FakeCheckpoints.MODEL, "a later one", Clock.systemUTC());
            topics.announce(v1);

            assertThatThrownBy(publisher::awaitEnd)
                    .isInstanceOf(FencedException.class)
                    .hasMessageContaining("a later one");
            assertThat(replica.loaded()).isEmpty();
            later.requireOwner();
        }
    }

    @Test
    void whatWasStoredBeforeThereWasAKeyIsLoadedOnceSomebodySignedIt(Platform platform) throws Exception {
        Candidate v1 = checkpoints.write(new Draft().step(1).strength(0.1));
        Candidate v2 = checkpoints.write(new Draft().step(2).strength(0.2).parent(v1.version()));
        try (PublisherService _ =
                PublisherService.start(config.with(inFolder(null)).patient())) {
            topics.announce(v1);
            awaitState(v1, ReleaseState.PROMOTED);
        }
        PublisherConfig signed = config.with(inFolder(new SigningSettings(key("key.pem"), List.of(key("key.pub")))))
                .patient();
        replica.forget();
        try (PublisherService _ = PublisherService.start(signed)) {
            topics.announce(v2);
            awaitState(v2, ReleaseState.PROMOTED);

            assertThat(replica.loaded()).containsExactly(v2.servedName());
        }

        Path yaml = Files.writeString(folder.resolve("signing.yaml"), """
                kafka: {bootstrapServers: "%s"}
                schemaRegistry: {url: "%s"}
                store: {directory: %s, signing: {privateKey: %s, trustedKeys: [%s]}}
                models:
                  - {tenant: acme, modelId: support, base: {directory: %s}, serving: {replicas: [{url: "%s"}], baseModel: base}}
                """.formatted(
                        platform.bootstrapServers(),
                        platform.registryUrl(),
                        folder.resolve("store"),
                        key("key.pem"),
                        key("key.pub"),
                        folder.resolve("base"),
                        replica.url()));
        assertThat(CommandLines.run(new SignCommand(), "--config", yaml.toString(), v1.artifactDigest()))
                .isEqualTo(ExitCode.OK);
        assertThat(CommandLines.run(new SignCommand(), "--config", yaml.toString(), "sha256:" + "0".repeat(64)))
                .isEqualTo(ExitCode.USAGE);

        try (PublisherService _ = PublisherService.start(signed)) {
            await().atMost(BOUND)
                    .untilAsserted(() ->
                            assertThat(replica.loaded()).containsExactlyInAnyOrder(v1.servedName(), v2.servedName()));
        }
    }

    private StoreSettings inFolder(@Nullable SigningSettings signing) {
        return new StoreSettings(folder.resolve("store"), null, null, null, null, signing);
    }

    private StoreSettings inBucket(@Nullable SigningSettings signing) {
        return new StoreSettings(null, bucket, null, folder.resolve("replicas"), null, signing);
    }

    /** As somebody sees it who reads no Kafka. */
    private String stable() throws IOException {
        try (S3Bucket open = new S3Bucket(bucket)) {
            byte[] json = open.read("pointers/acme@support.json", 1 << 20)
                    .orElseThrow()
                    .content();
            return new ObjectMapper().readTree(json).at("/stable/servedName").asText();
        }
    }

    private void keygen(String name) {
        assertThat(CommandLines.run(
                        new KeygenCommand(),
                        "--private",
                        key(name + ".pem").toString(),
                        "--public",
                        key(name + ".pub").toString()))
                .isZero();
    }

    private Path key(String name) {
        return folder.resolve(name);
    }

    private ReleaseChanged awaitState(Candidate candidate, ReleaseState state) {
        await("state " + state + " of " + candidate.version())
                .atMost(BOUND)
                .until(() -> topics.releases(candidate).stream().anyMatch(event -> event.getState() == state));
        return topics.releases(candidate).stream()
                .filter(event -> event.getState() == state)
                .findFirst()
                .orElseThrow();
    }
}
