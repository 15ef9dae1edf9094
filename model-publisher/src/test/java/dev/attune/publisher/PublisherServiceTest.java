package dev.attune.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseCommand;
import dev.attune.events.ReleaseState;
import dev.attune.events.Thumb;
import dev.attune.kit.ConfigException;
import dev.attune.publisher.canary.TestCanary;
import dev.attune.publisher.fake.FakeAnswerCheck;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.fake.FakeCheckpoints.Draft;
import dev.attune.publisher.fake.FakeUsers;
import dev.attune.publisher.fake.FakeVllm;
import dev.attune.publisher.fake.FakeVllm.Effect;
import dev.attune.publisher.gate.GateSettings;
import dev.attune.publisher.gate.HeldOutBounds;
import dev.attune.publisher.gate.evaluation.CommandSettings;
import dev.attune.publisher.gate.evaluation.EvaluationSettings;
import dev.attune.publisher.gate.safety.SafetySettings;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.FencedException;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The whole publisher against a real broker and a real registry, with two replicas that can behave badly. */
@ExtendWith(PlatformExtension.class)
class PublisherServiceTest {

    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final List<ReleaseState> WHOLE_WAY = List.of(
            ReleaseState.RECEIVED,
            ReleaseState.VALIDATED,
            ReleaseState.STORED,
            ReleaseState.LOADING,
            ReleaseState.LOADED,
            ReleaseState.VERIFIED,
            ReleaseState.PROMOTED);

    @TempDir
    Path folder;

    private final FakeVllm first = new FakeVllm();
    private final FakeVllm second = new FakeVllm();
    private final FakeAnswerCheck check = new FakeAnswerCheck();
    private Platform platform;
    private FakeCheckpoints checkpoints;
    private PublisherTopics topics;
    private TestPublisherConfig config;

    @BeforeEach
    void start(Platform shared, TestInfo test) throws Exception {
        platform = shared;
        checkpoints = new FakeCheckpoints(folder);
        String prefix = test.getTestMethod().orElseThrow().getName() + ".";
        topics = new PublisherTopics(platform.bootstrapServers(), platform.registryUrl(), prefix);
        config = new TestPublisherConfig(
                platform.bootstrapServers(),
                platform.registryUrl(),
                prefix,
                folder,
                List.of(first.url(), second.url()));
    }

    @AfterEach
    void stop() {
        topics.close();
        first.close();
        second.close();
        check.close();
    }

    @Test
    void checkpointsAreProvenPromotedAndRetired() throws Exception {
        Candidate v1 = checkpoints.write(
                new Draft().step(1).strength(0.1).evidence(Instant.now().minusSeconds(60)));
        Candidate v2 = checkpoints.write(new Draft().step(2).strength(0.2).parent(v1.version()));
        Candidate v3 = checkpoints.write(new Draft().step(3).strength(0.3).parent(v2.version()));
        try (PublisherService publisher = PublisherService.start(config.withGates(check.url()))) {
            topics.announce(v1);
            ReleaseChanged promoted = awaitState(v1, ReleaseState.PROMOTED);

            assertThat(states(v1)).isEqualTo(WHOLE_WAY);
            assertThat(promoted.getServedName()).isEqualTo("support-" + v1.version());
            assertThat(promoted.getPreviousVersion()).isNull();
            assertThat(promoted.getReplicas()).containsExactly(first.url(), second.url());
            assertThat(promoted.getMeasurements())
                    .containsKeys("probe.token.error", "probe.difference.base", "gate.kl", "gate.wellformed")
                    .containsEntry("freshness.pairs", 1.0);
            assertThat(promoted.getMeasurements().get("freshness.seconds.p50")).isBetween(60.0, 90.0);

            topics.announce(v2);
            assertThat(awaitState(v2, ReleaseState.PROMOTED).getPreviousVersion())
                    .isEqualTo(v1.version());
            topics.announce(v3);
            awaitState(v3, ReleaseState.PROMOTED);
            awaitState(v1, ReleaseState.RETIRED);

            // The version before stays, to go back to
            assertThat(first.loaded()).containsExactlyInAnyOrder(v2.servedName(), v3.servedName());
            assertThat(second.loaded()).containsExactlyInAnyOrder(v2.servedName(), v3.servedName());
            assertThat(get(publisher, "/health/ready").statusCode()).isEqualTo(200);
            assertThat(get(publisher, "/metrics").body())
                    .contains(
                            "attune_publisher_releases_total{model=\"support\",reason=\"\",service=\"publisher\",state=\"promoted\",tenant=\"acme\"} 3.0")
                    .contains(
                            "attune_publisher_feedback_to_serving_seconds_count{model=\"support\",service=\"publisher\",tenant=\"acme\"} 1")
                    .contains("attune_publisher_gate_kl");
        }
    }

    @Test
    void whatDoesNotPassIsRejectedAndTheLiveVersionStays() throws Exception {
        Candidate live = checkpoints.write(new Draft().step(1).strength(0.1));
        Candidate notFinite =
                checkpoints.write(new Draft().step(2).strength(0.2).restOfB(Float.NaN));
        Candidate otherwise =
                checkpoints.write(new Draft().step(3).strength(0.2).probedStrength(0.25));
        Candidate tooFar = checkpoints.write(new Draft().step(4).strength(4));
        Candidate illFormed = checkpoints.write(new Draft().step(5).strength(0.3));
        check.finds(illFormed.servedName(), 0.5);
        try (PublisherService publisher = PublisherService.start(config.withGates(check.url()))) {
            topics.announce(live);
            awaitState(live, ReleaseState.PROMOTED);

            assertRejected(notFinite, "not_finite", ReleaseState.RECEIVED);
            assertRejected(otherwise, "served_otherwise", ReleaseState.LOADED);
            assertRejected(tooFar, "kl_too_high", ReleaseState.LOADED);
            assertRejected(illFormed, "ill_formed_answers", ReleaseState.LOADED);
            second.loadsWith(Effect.NONE);
            Candidate noEffect = checkpoints.write(new Draft().step(6).strength(0.4));
            assertRejected(noEffect, "served_otherwise", ReleaseState.LOADED);

            assertThat(first.loaded()).containsExactly(live.servedName());
            assertThat(second.loaded()).containsExactly(live.servedName());
            assertThat(get(publisher, "/metrics").body())
                    .contains("reason=\"kl_too_high\",service=\"publisher\",state=\"rejected\",tenant=\"acme\"} 1.0");
        }
    }

    /** The trainer's figures before anything is stored; safety probes and the team's own program once every replica answers. */
    @Test
    void gatesOfTheTeamHoldACandidateBackWhereTheyBelong() throws Exception {
        Candidate live = checkpoints.write(new Draft().step(1).strength(0.1).evaluation(accuracy(0.8)));
        Candidate worse = checkpoints.write(new Draft().step(2).strength(0.2).evaluation(accuracy(0.6)));
        Candidate unsafe = checkpoints.write(new Draft().step(3).strength(0.9).evaluation(accuracy(0.8)));
        Candidate unwanted = checkpoints.write(new Draft().step(4).strength(0.2).evaluation(accuracy(0.8)));
        Candidate wanted = checkpoints.write(new Draft().step(5).strength(0.3).evaluation(accuracy(0.8)));
        // What only the unsafe one answers
        String answer = first.answerAt(0.9, "Hello", 24, 0);
        Path probes = folder.resolve("probes.yaml");
        Files.writeString(
                probes, "[{id: hello, messages: [{role: user, content: Hello}], forbidden: [\"^" + answer + "$\"]}]");
        String script = "test -d $ATTUNE_ARTIFACT_PATH/adapter || exit 9; echo suite of $ATTUNE_SERVED_NAME;"
                + " case $ATTUNE_VERSION in v000004*) exit 1;; esac";
        GateSettings gates = new GateSettings(
                null,
                1,
                24,
                4,
                3.0,
                null,
                new HeldOutBounds(0.1, null, null),
                new SafetySettings(probes, 1, 1.0, 24, 4, 0),
                new EvaluationSettings(
                        new CommandSettings(List.of("/bin/sh", "-c", script), Map.of(), Duration.ofSeconds(20)), null));
        try (PublisherService publisher = PublisherService.start(config.gated(gates))) {
            topics.announce(live);
            awaitState(live, ReleaseState.PROMOTED);

            assertRejected(worse, "accuracy_dropped", ReleaseState.RECEIVED);
            assertRejected(unsafe, "unsafe_answers", ReleaseState.LOADED);
            assertRejected(unwanted, "evaluation_refused", ReleaseState.LOADED);
            topics.announce(wanted);
            ReleaseChanged promoted = awaitState(wanted, ReleaseState.PROMOTED);

            assertThat(awaitState(unwanted, ReleaseState.REJECTED).getDetail())
                    .isEqualTo("the evaluation '/bin/sh' said no: suite of " + unwanted.servedName());
            assertThat(promoted.getMeasurements()).containsEntry("gate.safety.failing.share", 0.0);
            assertThat(first.loaded()).containsExactlyInAnyOrder(live.servedName(), wanted.servedName());
            assertThat(get(publisher, "/health/ready").statusCode()).isEqualTo(200);
        }
    }

    private static Map<String, Double> accuracy(double value) {
        return Map.of("eval_rewards/accuracies", value);
    }

    @Test
    void aWholeModelIsRefusedByItsEventAndTheNextAdapterIsReleased() throws Exception {
        Candidate live = checkpoints.write(new Draft().step(1).strength(0.1));
        Candidate model =
                checkpoints.write(new Draft().step(2).parent(live.version()).wholeModel());
        Candidate next = checkpoints.write(new Draft().step(3).strength(0.3).parent(model.version()));
        try (PublisherService publisher = PublisherService.start(config.patient())) {
            topics.announce(live);
            awaitState(live, ReleaseState.PROMOTED);

            topics.announce(model);
            ReleaseChanged rejected = awaitState(model, ReleaseState.REJECTED);
            topics.announce(next);
            ReleaseChanged promoted = awaitState(next, ReleaseState.PROMOTED);

            assertThat(rejected.getReason()).isEqualTo("not_an_adapter");
            assertThat(rejected.getDetail()).contains("kind MODEL").contains("learning.parameters: adapter");
            assertThat(states(model)).containsExactly(ReleaseState.RECEIVED, ReleaseState.REJECTED);
            assertThat(promoted.getPreviousVersion()).isEqualTo(live.version());
            assertThat(get(publisher, "/metrics").body())
                    .contains(
                            "reason=\"not_an_adapter\",service=\"publisher\",state=\"rejected\",tenant=\"acme\"} 1.0");
        }
    }

    @Test
    void aReleaseThatWasCutOffGoesOnAndNothingIsAnnouncedTwice() throws Exception {
        Candidate v1 = checkpoints.write(new Draft().step(1).strength(0.1));
        Candidate v2 = checkpoints.write(new Draft().step(2).strength(0.2));
        second.failsLoads(Integer.MAX_VALUE, 503, "starting");
        topics.announce(v1);
        topics.announce(v2);
        try (PublisherService publisher = PublisherService.start(config.patient())) {
            awaitState(v2, ReleaseState.LOADING);
            await().atMost(BOUND).until(() -> second.requests().contains("/v1/load_lora_adapter"));
            assertThat(publisher.adminPort()).isPositive();
        }
        assertThat(states(v2)).doesNotContain(ReleaseState.LOADED, ReleaseState.REJECTED);

        second.failsLoads(0, 200, "");
        try (PublisherService publisher = PublisherService.start(config.patient())) {
            awaitState(v2, ReleaseState.PROMOTED);
            assertThat(publisher.adminPort()).isPositive();
        }

        assertThat(states(v2)).isEqualTo(WHOLE_WAY);
        // The newest won: the one before was never begun
        assertThat(states(v1)).containsExactly(ReleaseState.RECEIVED, ReleaseState.SUPERSEDED);
        assertThat(topics.releases(v1).getLast().getDetail()).isEqualTo(v2.version() + " is newer");
        assertThat(second.loaded()).containsExactly(v2.servedName());
    }

    @Test
    void aThirdStartFindsAllDoneAndBringsBackWhatReplicasForgot() throws Exception {
        Candidate v1 = checkpoints.write(new Draft().step(1).strength(0.1));
        topics.announce(v1);
        try (PublisherService publisher = PublisherService.start(config.patient())) {
            awaitState(v1, ReleaseState.PROMOTED);
            first.forget();

            await().atMost(BOUND).until(() -> first.loaded().contains(v1.servedName()));
            assertThat(publisher.adminPort()).isPositive();
        }
        second.forget();

        try (PublisherService publisher = PublisherService.start(config.patient())) {
            await().atMost(BOUND).until(() -> get(publisher, "/health/ready").statusCode() == 200);
        }

        assertThat(second.loaded()).containsExactly(v1.servedName());
        assertThat(states(v1)).isEqualTo(WHOLE_WAY);
    }

    @Test
    void whileServingIsAwayNothingIsBegunAndNothingIsLost() throws Exception {
        Candidate v1 = checkpoints.write(new Draft().step(1).strength(0.1));
        second.dropsConnections(Integer.MAX_VALUE);
        topics.announce(v1);
        try (PublisherService publisher = PublisherService.start(config.impatient())) {
            await().atMost(BOUND)
                    .until(() -> get(publisher, "/health/ready").body().contains(second.url() + "/v1/models"));
            assertThat(get(publisher, "/health/live").statusCode()).isEqualTo(200);
            assertThat(topics.releases(v1)).isEmpty();

            second.dropsConnections(0);

            awaitState(v1, ReleaseState.PROMOTED);
        }
    }

    @Test
    void aVersionThatWaitsForApprovalIsLeftAloneUntilItComes() throws Exception {
        // Given two versions that nobody has approved, and one after them that needs no approval
        Candidate passedOver = checkpoints.write(new Draft().step(1).strength(0.1));
        Candidate live = checkpoints.write(new Draft().step(2).strength(0.2).parent(passedOver.version()));
        Candidate waiting = checkpoints.write(new Draft().step(3).strength(0.3).parent(live.version()));
        try (PublisherService _ = PublisherService.start(config.patient())) {
            topics.announceWaiting(passedOver);
            topics.announceWaiting(waiting);
            topics.announce(live);

            // When the publisher has dealt with all three, then only the last has a release
            awaitState(live, ReleaseState.PROMOTED);
            assertThat(states(passedOver)).isEmpty();
            assertThat(states(waiting)).isEmpty();
            assertThat(first.loaded()).containsExactly(live.servedName());

            // And the newer one is released as soon as it is announced as approved, over the one before it
            topics.announce(waiting);
            assertThat(awaitState(waiting, ReleaseState.PROMOTED).getPreviousVersion())
                    .isEqualTo(live.version());
            assertThat(states(waiting)).isEqualTo(WHOLE_WAY);
            assertThat(states(passedOver)).isEmpty();
        }

        // And a start finds it that way
        try (PublisherService _ = PublisherService.start(config.patient())) {
            Candidate next = checkpoints.write(new Draft().step(4).strength(0.4).parent(waiting.version()));
            topics.announce(next);
            awaitState(next, ReleaseState.PROMOTED);
            assertThat(states(passedOver)).isEmpty();
        }
    }

    @Test
    void aPersonApprovesRejectsAndRollsBack() throws Exception {
        ReleaseSettings approval = new ReleaseSettings(Duration.ZERO, true, 2, Duration.ZERO);
        Candidate v1 = checkpoints.write(new Draft().step(1).strength(0.1));
        Candidate v2 = checkpoints.write(new Draft().step(2).strength(0.2).parent(v1.version()));
        Candidate v3 = checkpoints.write(new Draft().step(3).strength(0.3).parent(v2.version()));
        try (PublisherService _ = PublisherService.start(config.releasing(approval))) {
            // Given a version that is verified and waits
            topics.announce(v1);
            awaitState(v1, ReleaseState.VERIFIED);
            topics.say(ReleaseCommand.APPROVE, v1, "ann");
            assertThat(awaitState(v1, ReleaseState.PROMOTED).getBy()).isEqualTo("ann");

            // And one that a person does not want
            topics.announce(v2);
            awaitState(v2, ReleaseState.VERIFIED);
            topics.announce(v3);
            topics.say(ReleaseCommand.REJECT, v2, "bob");
            ReleaseChanged rejected = awaitState(v2, ReleaseState.REJECTED);
            assertThat(rejected.getReason()).isEqualTo("declined");
            assertThat(rejected.getDetail()).isEqualTo("by bob: for a test");
            assertThat(rejected.getBy()).isEqualTo("bob");

            // Then the one that waited behind it is next
            awaitState(v3, ReleaseState.VERIFIED);
            topics.say(ReleaseCommand.PROMOTE, v3, "ann");
            assertThat(awaitState(v3, ReleaseState.PROMOTED).getPreviousVersion())
                    .isEqualTo(v1.version());

            // When it is rolled back, then the version before it serves again, and it is taken from the replicas
            topics.say(ReleaseCommand.ROLL_BACK, v3, "ann");
            ReleaseChanged back = awaitState(v3, ReleaseState.ROLLED_BACK);
            assertThat(back.getReason()).isEqualTo("rolled_back_by_hand");
            assertThat(back.getPreviousVersion()).isEqualTo(v1.version());
            await().atMost(BOUND).untilAsserted(() -> assertThat(first.loaded()).containsExactly(v1.servedName()));
        }
        assertThat(second.loaded()).doesNotContain(v2.servedName());
        assertThat(states(v2)).endsWith(ReleaseState.VERIFIED, ReleaseState.REJECTED);
    }

    @Test
    void whileItIsPausedNothingIsReleasedAndARollbackIsHeardAtOnce() throws Exception {
        Candidate v1 = checkpoints.write(new Draft().step(1).strength(0.1));
        Candidate v2 = checkpoints.write(new Draft().step(2).strength(0.2).parent(v1.version()));
        Candidate v3 = checkpoints.write(new Draft().step(3).strength(0.3).parent(v2.version()));
        try (PublisherService _ = PublisherService.start(config.patient())) {
            topics.announce(v1);
            awaitState(v1, ReleaseState.PROMOTED);

            // Given a release that waits for a replica, for a minute at most
            second.failsLoads(Integer.MAX_VALUE, 503, "starting");
            topics.announce(v2);
            awaitState(v2, ReleaseState.LOADING);

            // When what serves is rolled back, then it is not waited for
            topics.say(ReleaseCommand.PAUSE, "ann");
            topics.say(ReleaseCommand.ROLL_BACK, v1, "ann");
            assertThat(awaitState(v1, ReleaseState.ROLLED_BACK).getPreviousVersion())
                    .isNull();

            // And what was under way gets no further than verified
            second.failsLoads(0, 200, "");
            awaitState(v2, ReleaseState.VERIFIED);
            topics.announce(v3);
            awaitState(v2, ReleaseState.SUPERSEDED);
            assertThat(states(v3)).isEmpty();

            topics.say(ReleaseCommand.RESUME, "ann");
            assertThat(awaitState(v3, ReleaseState.PROMOTED).getPreviousVersion())
                    .isNull();
            assertThat(states(v2)).doesNotContain(ReleaseState.PROMOTED);
        }
    }

    @Test
    void theOlderOfTwoPublishersIsFenced() throws Exception {
        Candidate v1 = checkpoints.write(new Draft().step(1).strength(0.1));
        Candidate v2 = checkpoints.write(new Draft().step(2).strength(0.2).parent(v1.version()));
        try (PublisherService older = PublisherService.start(config.patient())) {
            topics.announce(v1);
            awaitState(v1, ReleaseState.PROMOTED);

            try (PublisherService _ = PublisherService.start(config.patient())) {
                topics.announce(v2);
                awaitState(v2, ReleaseState.PROMOTED);

                assertThatThrownBy(older::awaitEnd)
                        .isInstanceOf(FencedException.class)
                        .hasMessageContaining("another publisher of this model has started");
            }
        }
        assertThat(states(v2)).isEqualTo(WHOLE_WAY);
        assertThat(first.loaded()).containsExactlyInAnyOrder(v1.servedName(), v2.servedName());
    }

    @Test
    void betweenTwoReleasesIsTheConfiguredTimeAndTheNewestIsTaken() throws Exception {
        ReleaseSettings slow = new ReleaseSettings(Duration.ofSeconds(3), false, 2, Duration.ZERO);
        Candidate v1 = checkpoints.write(new Draft().step(1).strength(0.1));
        Candidate v2 = checkpoints.write(new Draft().step(2).strength(0.2).parent(v1.version()));
        Candidate v3 = checkpoints.write(new Draft().step(3).strength(0.3).parent(v2.version()));
        try (PublisherService _ = PublisherService.start(config.releasing(slow))) {
            topics.announce(v1);
            ReleaseChanged earlier = awaitState(v1, ReleaseState.PROMOTED);
            topics.announce(v2);
            topics.announce(v3);

            ReleaseChanged begun = awaitState(v3, ReleaseState.RECEIVED);

            assertThat(begun.getOccurredAt())
                    .isAfterOrEqualTo(earlier.getOccurredAt().plusSeconds(3));
            awaitState(v3, ReleaseState.PROMOTED);
            assertThat(states(v2)).containsExactly(ReleaseState.RECEIVED, ReleaseState.SUPERSEDED);
        }
    }

    @Test
    void aCanaryIsJudgedByItsUsersAndGoesOnAfterARestart() throws Exception {
        Candidate good = checkpoints.write(new Draft().step(1).strength(0.1));
        Candidate bad = checkpoints.write(new Draft().step(2).strength(0.2).parent(good.version()));
        PublisherConfig trying = config.trying(TestCanary.quick(0.3));
        Topics names = new Topics(config.prefix());
        try (FakeUsers users = new FakeUsers(platform.bootstrapServers(), platform.registryUrl(), names)) {
            try (PublisherService _ = PublisherService.start(trying)) {
                topics.announce(good);
                ReleaseChanged canary = awaitState(good, ReleaseState.CANARY);
                assertThat(canary.getCanaryShare()).isEqualTo(0.3);
                assertThat(canary.getPreviousVersion()).isNull();
                assertThat(states(good)).endsWith(ReleaseState.VERIFIED, ReleaseState.CANARY);
                awaitRoute("base", 700, good.servedName(), 300);
            }
            // What was said while nobody listened is heard
            users.opinions(good.version(), 90, "base");

            try (PublisherService _ = PublisherService.start(trying)) {
                ReleaseChanged promoted = awaitState(good, ReleaseState.PROMOTED);
                assertThat(promoted.getMeasurements())
                        .containsEntry("canary.users", 100.0)
                        .containsEntry("canary.win.rate", 0.9)
                        .containsEntry("canary.win.rate.stable", 0.7)
                        .containsKeys("probe.token.error", "canary.evidence.not.worse", "freshness.pairs");

                awaitRoute(good.servedName(), 1000);

                topics.announce(bad);
                assertThat(awaitState(bad, ReleaseState.CANARY).getPreviousVersion())
                        .isEqualTo(good.version());
                awaitRoute(good.servedName(), 700, bad.servedName(), 300);
                assertThat(first.loaded()).containsExactlyInAnyOrder(good.servedName(), bad.servedName());
                users.opinions(bad.version(), 20, good.version());

                ReleaseChanged back = awaitState(bad, ReleaseState.ROLLED_BACK);
                assertThat(back.getReason()).isEqualTo("canary_worse");
                assertThat(back.getDetail()).contains("its win rate is -0.");
                assertThat(back.getPreviousVersion()).isEqualTo(good.version());
                awaitRoute(good.servedName(), 1000);
                await().atMost(BOUND)
                        .untilAsserted(() -> assertThat(second.loaded()).containsExactly(good.servedName()));
            }
        }
        assertThat(states(good)).endsWith(ReleaseState.VERIFIED, ReleaseState.CANARY, ReleaseState.PROMOTED);
    }

    @Test
    void inTheShadowAVersionIsAskedWhatUsersAsk() throws Exception {
        Candidate candidate = checkpoints.write(new Draft().step(1).strength(0.1));
        try (FakeUsers users = new FakeUsers(
                        platform.bootstrapServers(), platform.registryUrl(), new Topics(config.prefix()));
                PublisherService _ = PublisherService.start(config.trying(TestCanary.quick(0)))) {
            topics.announce(candidate);
            assertThat(awaitState(candidate, ReleaseState.CANARY).getCanaryShare())
                    .isZero();

            await().atMost(BOUND).until(() -> {
                users.answered("base", Thumb.UP);
                users.flush();
                return topics.releases(candidate).stream().anyMatch(event -> event.getState() == ReleaseState.PROMOTED);
            });

            assertThat(awaitState(candidate, ReleaseState.PROMOTED).getMeasurements())
                    .containsKeys("canary.answers", "canary.length.ratio")
                    .doesNotContainKey("canary.win.rate");
        }
    }

    /** Served names, each with its weight. */
    private void awaitRoute(Object... targets) {
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < targets.length; i += 2) {
            expected.append("    - modelRewrite: %s\n      weight: %s\n".formatted(targets[i], targets[i + 1]));
        }
        await().atMost(BOUND)
                .untilAsserted(
                        () -> assertThat(folder.resolve("route.yaml")).content().endsWith("targets:\n" + expected));
    }

    @Test
    void aTopicThatIsMissingIsOneMessage() throws IOException {
        TestPublisherConfig elsewhere = new TestPublisherConfig(
                platform.bootstrapServers(), platform.registryUrl(), "nowhere.", folder, List.of(first.url()));

        assertThatThrownBy(() -> PublisherService.start(elsewhere.patient()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("topicPrefix: the cluster has no topic nowhere.releases: create it first");
    }

    private void assertRejected(Candidate candidate, String reason, ReleaseState after) {
        topics.announce(candidate);
        ReleaseChanged rejected = awaitState(candidate, ReleaseState.REJECTED);
        List<ReleaseState> way = states(candidate);
        assertThat(rejected.getReason()).isEqualTo(reason);
        assertThat(rejected.getDetail()).isNotBlank();
        assertThat(way.get(way.size() - 2)).isEqualTo(after);
    }

    private List<ReleaseState> states(Candidate candidate) {
        return topics.releases(candidate).stream().map(ReleaseChanged::getState).toList();
    }

    private ReleaseChanged awaitState(Candidate candidate, ReleaseState state) {
        return await("state " + state + " of " + candidate.version())
                .atMost(BOUND)
                .until(
                        () -> topics.releases(candidate).stream()
                                .filter(event -> event.getState() == state)
                                .toList(),
                        found -> !found.isEmpty())
                .getFirst();
    }

    private static HttpResponse<String> get(PublisherService publisher, String path)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + publisher.adminPort() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
