package dev.attune.publisher.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.attune.events.AnswerFailure;
import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackKind;
import dev.attune.events.InlineCompletion;
import dev.attune.events.PickOutcome;
import dev.attune.events.Thumb;
import dev.attune.kit.KafkaSettings;
import dev.attune.publisher.canary.CanaryVerdict.KeepGoing;
import dev.attune.publisher.canary.CanaryVerdict.Promote;
import dev.attune.publisher.canary.CanaryVerdict.RollBack;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.fake.FakeUsers;
import dev.attune.publisher.release.RejectReason;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Events through a real broker and a real registry. */
@ExtendWith(PlatformExtension.class)
class LiveJudgeTest {
    private static final String CANARY = "v000002-bbbbbbbbbbbb";
    private static final String STABLE = "v000001-aaaaaaaaaaaa";
    private static final Duration BOUND = Duration.ofSeconds(30);

    private Platform platform;
    private Topics topics;
    private FakeUsers users;
    private CanaryRun run;

    @BeforeEach
    void start(Platform shared) throws Exception {
        platform = shared;
        topics = platform.createTopics(3);
        users = new FakeUsers(platform.bootstrapServers(), platform.registryUrl(), topics);
        run = new CanaryRun(
                FakeCheckpoints.TENANT,
                FakeCheckpoints.MODEL,
                CANARY,
                STABLE,
                0.3,
                Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }

    @AfterEach
    void stop() {
        users.close();
    }

    private CanaryJudge judge(CanarySettings settings) {
        return new LiveJudge(
                new KafkaSettings(platform.bootstrapServers(), Map.of("fetch.max.wait.ms", "50")),
                topics,
                platform.serdes(),
                settings,
                "the-base");
    }

    /** After everything is read. */
    private CanaryVerdict verdict(CanaryJudge judge, Instant now) {
        users.flush();
        return await().atMost(BOUND)
                .until(
                        () -> judge.judge(run, now),
                        found -> !found.measurements().isEmpty());
    }

    /** Of a hundred, so many like what the canary says, and 70 what the stable version says. */
    private void traffic(int content) {
        for (int i = 0; i < 100; i++) {
            users.answered(
                    i % 2 == 0 ? CANARY : FakeCheckpoints.MODEL + "-" + CANARY,
                    i * 37 % 100 < content ? Thumb.UP : Thumb.DOWN);
            users.answered(STABLE, i * 37 % 100 < 70 ? Thumb.UP : Thumb.DOWN);
            users.answered(STABLE, i * 53 % 100 < 70 ? Thumb.UP : Thumb.DOWN);
        }
    }

    @Test
    void whatPeopleLikeIsPromotedAndAnotherProcessFindsTheSame() {
        traffic(90);
        Instant now = Instant.now();
        try (CanaryJudge judge = judge(TestCanary.quick(0.3))) {
            CanaryVerdict verdict = verdict(judge, now);

            assertThat(verdict).isInstanceOf(Promote.class);
            assertThat(verdict.measurements())
                    .containsEntry("canary.users", 100.0)
                    .containsEntry("canary.users.stable", 200.0)
                    .containsEntry("canary.win.rate", 0.9)
                    .containsEntry("canary.win.rate.stable", 0.7)
                    .containsEntry("canary.answers", 100.0)
                    .containsEntry("canary.answers.stable", 200.0);
            try (CanaryJudge restarted = judge(TestCanary.quick(0.3))) {
                assertThat(verdict(restarted, now).measurements())
                        .containsEntry(
                                "canary.evidence.not.worse",
                                verdict.measurements().get("canary.evidence.not.worse"))
                        .containsEntry("canary.users", 100.0);
            }
        }
    }

    @Test
    void whatPeopleDislikeIsRolledBack() {
        traffic(30);
        try (CanaryJudge judge = judge(TestCanary.quick(0.3))) {
            assertThat(verdict(judge, Instant.now()))
                    .isInstanceOfSatisfying(
                            RollBack.class, back -> assertThat(back.reason()).isEqualTo(RejectReason.CANARY_WORSE));
        }
    }

    @Test
    void whatComesLaterIsReadFromWhereItStood() {
        try (CanaryJudge judge = judge(TestCanary.quick(0.3))) {
            users.answered(CANARY, Thumb.UP);
            assertThat(verdict(judge, Instant.now())).isInstanceOf(KeepGoing.class);
            traffic(90);
            users.flush();

            await().atMost(BOUND).until(() -> judge.judge(run, Instant.now()) instanceof Promote);
        }
    }

    @Test
    void changesRetractionsPicksAndRepetitionsCountAsInPairing() {
        CompletionServed changed = users.completion("changed", CANARY).build();
        CompletionServed retracted = users.completion("retracted", CANARY).build();
        CompletionServed first = users.completion("picks", CANARY).build();
        CompletionServed second =
                users.completion("picks", STABLE).setCompletionId("c2").build();
        CompletionServed late = users.completion("late", STABLE).build();
        CompletionServed edited = users.completion("edits", CANARY).build();
        users.send(changed);
        users.send(changed);
        users.send(retracted);
        users.send(first);
        users.send(second);
        users.send(edited);
        // The newer one comes first, and the older one twice.
        users.send(users.thumb("e2", changed, Thumb.DOWN)
                .setOccurredAt(run.since().plusSeconds(2))
                .build());
        users.send(users.thumb("e1", changed, Thumb.UP)
                .setOccurredAt(run.since().plusSeconds(1))
                .build());
        users.send(users.thumb("e1", changed, Thumb.UP)
                .setOccurredAt(run.since().plusSeconds(1))
                .build());
        users.send(users.feedback("e4", retracted).setRetractedEventId("e3").build());
        users.send(users.thumb("e3", retracted, Thumb.UP).build());
        users.send(users.feedback("e5", first)
                .setKind(FeedbackKind.PICK)
                .setPick(PickOutcome.CHOSEN)
                .setChosenCompletionId("c1")
                .setRejectedCompletionId("c2")
                .build());
        // The feedback is quicker than the answer
        users.send(users.thumb("e6", late, Thumb.UP).build());
        users.send(late);
        users.send(users.feedback("e7", edited)
                .setKind(FeedbackKind.EDIT)
                .setEditedText(FakeUsers.text("better"))
                .build());
        try (CanaryJudge judge = judge(TestCanary.settledAfter(Duration.ofMinutes(1)))) {
            assertThat(verdict(judge, Instant.now()).measurements())
                    .containsEntry("canary.users.waiting", 5.0)
                    .containsEntry("canary.users", 0.0);

            assertThat(verdict(judge, Instant.now().plusSeconds(61)).measurements())
                    // Down and edited; up; the pick; nobody for what was retracted
                    .containsEntry("canary.users", 2.0)
                    .containsEntry("canary.win.rate", 0.0)
                    .containsEntry("canary.users.stable", 1.0)
                    .containsEntry("canary.win.rate.stable", 1.0)
                    .containsEntry("canary.users.both", 1.0)
                    .containsEntry("canary.users.waiting", 0.0)
                    .containsEntry("canary.answers", 4.0)
                    .containsEntry("canary.answers.stable", 2.0);
        }
    }

    @Test
    void whatIsOfOthersOrFromBeforeSaysNothing() {
        CompletionServed mine = users.completion("mine", CANARY).build();
        CompletionServed before = users.completion("before", CANARY)
                .setReceivedAt(run.since().minusMillis(1))
                .build();
        CompletionServed otherTenant =
                users.completion("tenant", CANARY).setTenant("other").build();
        CompletionServed otherModel =
                users.completion("model", CANARY).setModelId("other").build();
        CompletionServed otherVersion =
                users.completion("version", "v000000-cccccccccccc").build();
        CompletionServed nobodySaid = users.completion("nobody", "").build();
        for (CompletionServed one : List.of(mine, before, otherTenant, otherModel, otherVersion, nobodySaid)) {
            users.send(one);
            users.send(users.thumb("e-" + one.getTurnId(), one, Thumb.UP).build());
        }
        try (CanaryJudge judge = judge(TestCanary.quick(0.3))) {
            assertThat(verdict(judge, Instant.now()).measurements())
                    .containsEntry("canary.users", 1.0)
                    .containsEntry("canary.answers", 1.0)
                    .containsEntry("canary.users.stable", 0.0)
                    .containsEntry("canary.answers.stable", 0.0);
        }
    }

    @Test
    void failuresRefusalsAndAnswersThatOnlyFeedbackKnowsAreSeen() {
        users.send(users.completion("a", CANARY)
                .setText(FakeUsers.text("Sorry, no."))
                .build());
        users.send(users.completion("b", CANARY).setRefused(true).build());
        users.send(users.completion("c", CANARY)
                .setText(FakeUsers.text("I'm sorry to hear that. Try this."))
                .setRefused(false)
                .build());
        users.send(
                users.completion("d", CANARY).setFailure(AnswerFailure.TIMEOUT).build());
        users.send(users.completion("e", STABLE).build());
        CompletionServed unlogged = users.completion("f", CANARY).build();
        users.send(users.thumb("e-f", unlogged, Thumb.UP)
                .setPromptId("p")
                .setCompletions(List.of(new InlineCompletion("c1", FakeUsers.text("hello"), CANARY)))
                .build());
        try (CanaryJudge judge = judge(TestCanary.quick(0.3))) {
            Map<String, Double> found = verdict(judge, Instant.now()).measurements();
            assertThat(found)
                    .containsEntry("canary.error.rate.difference", 0.25)
                    .containsEntry("canary.users", 1.0)
                    .containsEntry("canary.win.rate", 1.0);
            assertThat(found.get("canary.refusal.rate.difference")).isCloseTo(2.0 / 3, within(1e-9));
        }
    }

    @Test
    void theBaseIsStableBeforeTheFirstRelease() {
        run = new CanaryRun(run.tenant(), run.modelId(), CANARY, null, 0.3, run.since());
        users.answered("base", Thumb.UP);
        users.answered("the-base", Thumb.DOWN);
        users.answered(CANARY, Thumb.UP);
        try (CanaryJudge judge = judge(TestCanary.quick(0.3))) {
            assertThat(verdict(judge, Instant.now()).measurements())
                    .containsEntry("canary.users.stable", 2.0)
                    .containsEntry("canary.users", 1.0);
        }
    }
}
