package dev.attune.ingest.pairing;

import static dev.attune.ingest.pairing.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.events.DeadLetter;
import dev.attune.events.JudgedCompletion;
import dev.attune.events.JudgedTurn;
import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceStatus;
import dev.attune.events.Thumb;
import dev.attune.events.Vote;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The whole application in its own process, on a real broker and a real registry. */
@ExtendWith(PlatformExtension.class)
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
class PairingMainTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    /** Reading a topic anew costs a consumer: not more often than needed. */
    private static final Duration LOOK = Duration.ofMillis(400);

    private static final int PARTITIONS = 2;

    @TempDir
    private Path folder;

    @Test
    void pairsAreMadeRevisedAndRetractedAndPoisonIsSetAside(Platform platform) throws Exception {
        Topics topics = platform.createTopics(PARTITIONS);
        try (PairingProcess pairing = new PairingProcess(platform, topics, folder);
                EventSender sender = new EventSender(platform, topics)) {
            sender.sendRaw(topics.feedback(), "acme/t1", "no avro".getBytes(StandardCharsets.UTF_8));
            sender.sendRaw(topics.completions(), null, "no avro".getBytes(StandardCharsets.UTF_8));
            sender.send(Events.completion("p1", "t1", "good", "polite"));
            sender.send(Events.completion("p1", "t1", "bad", "rude"));
            sender.send(Events.thumb("e1", "t1", "ann", NOON, "good", Thumb.UP));
            sender.send(Events.thumb("e2", "t1", "ann", NOON, "bad", Thumb.DOWN));
            sender.send(Events.completion("p2", "t2", "a", "text a"));
            sender.send(Events.completion("p2", "t2", "b", "text b"));
            sender.send(Events.pick("e3", "t2", "bob", NOON, "a", "b"));
            sender.flush();
            await().atMost(BOUND)
                    .pollInterval(LOOK)
                    .until(() -> pairs(platform, topics).size() == 2);

            sender.send(Events.pick("e4", "t2", "bob", NOON.plusSeconds(1), "b", "a"));
            sender.send(Events.retraction("e5", "t1", "ann", NOON.plusSeconds(1), "e2"));
            sender.flush();
            await().atMost(BOUND)
                    .pollInterval(LOOK)
                    .until(() -> pairs(platform, topics).size() == 4);

            List<ConsumerRecord<String, PreferencePair>> records = platform.readAll(topics.preferencePairs());
            assertThat(revisions(records, "p1")).containsExactly("good > bad, 1, ACTIVE", "good > bad, 2, RETRACTED");
            assertThat(revisions(records, "p2")).containsExactly("a > b, 1, ACTIVE", "b > a, 2, ACTIVE");
            assertThat(records)
                    .allSatisfy(record -> assertThat(record.key())
                            .isEqualTo("acme/" + record.value().getPairId()));
            assertThat(platform.readAll(topics.deadLetters()))
                    .extracting(ConsumerRecord::value)
                    .extracting(DeadLetter::getReason)
                    .containsExactlyInAnyOrder("not_wire_format", "null_key");
            assertThat(pairing.get("/metrics"))
                    .hasValueSatisfying(metrics -> assertThat(metrics)
                            .contains("attune_pairing_pairs_total{service=\"pairing\",status=\"active\"} 3.0")
                            .contains(
                                    "attune_pairing_dead_letters_total{reason=\"null_key\",service=\"pairing\"} 1.0"));
            assertThat(pairing.stop()).contains("streams: NOT_RUNNING").doesNotContain("ERROR");
        }
    }

    @Test
    void aHardKillInTheMiddleLosesNothingAndSaysNothingTwice(Platform platform) throws Exception {
        int turns = 600;
        Topics topics = platform.createTopics(PARTITIONS);
        try (PairingProcess pairing = new PairingProcess(platform, topics, folder);
                EventSender sender = new EventSender(platform, topics)) {
            pairing.awaitReady();
            for (int turn = 0; turn < turns; turn++) {
                sendTurn(sender, turn);
                if (turn == turns / 2) {
                    sender.flush();
                    await().atMost(BOUND)
                            .pollInterval(Duration.ofMillis(200))
                            .until(() -> !pairs(platform, topics).isEmpty());
                    pairing.kill();
                }
            }
            sender.flush();
            int beforeTheRestart = pairs(platform, topics).size();
            pairing.startAgain();
            await().atMost(BOUND)
                    .pollInterval(LOOK)
                    .until(() -> pairs(platform, topics).size() >= turns);

            List<PreferencePair> pairs = pairs(platform, topics);
            Map<String, PreferencePair> active = PairingDriver.active(pairs);
            assertThat(beforeTheRestart).as("killed in the middle").isBetween(1, turns - 1);
            assertThat(active).hasSize(turns);
            assertThat(pairs).as("each pair is said once").hasSize(turns);
            assertThat(pairs).allSatisfy(pair -> {
                assertThat(pair.getStatus()).isEqualTo(PreferenceStatus.ACTIVE);
                assertThat(pair.getStrength()).isEqualTo(2.5 / 3);
                assertThat(pair.getEvidence()).hasSize(2);
            });
            assertThat(platform.readAll(topics.deadLetters())).isEmpty();
        }
    }

    @Test
    void aMindThatChangesOftenIsSentOnOnceACommit(Platform platform) throws Exception {
        Topics topics = platform.createTopics(PARTITIONS);
        int changes = 100;
        try (EventSender sender = new EventSender(platform, topics)) {
            sender.send(Events.completion("p1", "t1", "good", "polite"));
            for (int change = 0; change < changes; change++) {
                Thumb thumb = change % 2 == 0 ? Thumb.DOWN : Thumb.UP;
                sender.send(Events.thumb("e" + change, "t1", "ann", NOON.plusSeconds(change), "good", thumb));
            }
            sender.flush();
        }
        try (PairingProcess pairing = new PairingProcess(platform, topics, folder)) {
            await().atMost(BOUND)
                    .pollInterval(LOOK)
                    .untilAsserted(() -> assertThat(judged(platform, topics))
                            .last()
                            .satisfies(judged -> assertThat(judged.getCompletions())
                                    .flatExtracting(JudgedCompletion::getVotes)
                                    .extracting(Vote::getEventId)
                                    .containsExactly("e" + (changes - 1))));
            // One, or some more where a commit comes in between.
            assertThat(judged(platform, topics)).hasSizeLessThan(changes / 10);
            assertThat(pairing.stop()).contains("streams: NOT_RUNNING");
        }
    }

    /** Feedback first, so that a restart in between has something to remember. */
    private static void sendTurn(EventSender sender, int number) {
        String turn = "t" + number;
        sender.send(Events.thumb("up" + number, turn, "ann", NOON, turn + "a", Thumb.UP));
        sender.send(Events.thumb("down" + number, turn, "bob", NOON, turn + "b", Thumb.DOWN));
        sender.send(Events.completion("p" + number, turn, turn + "a", "polite answer " + number));
        sender.send(Events.completion("p" + number, turn, turn + "b", "rude answer " + number));
        // Sent twice, as a client does that got no answer.
        sender.send(Events.thumb("up" + number, turn, "ann", NOON, turn + "a", Thumb.UP));
    }

    private static List<PreferencePair> pairs(Platform platform, Topics topics) {
        return platform.readAll(topics.preferencePairs()).stream()
                .map(ConsumerRecord::value)
                .toList();
    }

    private static List<JudgedTurn> judged(Platform platform, Topics topics) {
        return platform.readAll(topics.judgedTurns()).stream()
                .map(ConsumerRecord::value)
                .toList();
    }

    private static List<String> revisions(List<ConsumerRecord<String, PreferencePair>> records, String promptId) {
        return records.stream()
                .map(ConsumerRecord::value)
                .filter(pair -> pair.getPromptId().equals(promptId))
                .map(pair -> pair.getChosenCompletionId() + " > " + pair.getRejectedCompletionId() + ", "
                        + pair.getRevision() + ", " + pair.getStatus())
                .toList();
    }
}
