package dev.attune.ingest.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.events.Evidence;
import dev.attune.events.PreferencePair;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Several instances of the application, each its own process, on a real broker with three partitions. */
@ExtendWith(PlatformExtension.class)
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
class PairingInstancesTest {
    /** A session timeout of 6 s, and a transaction that is left behind is aborted within 20 s. */
    private static final Duration BOUND = Duration.ofSeconds(90);

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final int PARTITIONS = 3;
    private static final int TURNS = 900;

    private static final String OPEN_RULES =
            "rules: {maxPairsPerPrompt: 0, maxPairsPerUser: 0, maxLengthRatio: 0, maxAcrossAnswers: 0}";
    private static final String STANDBYS = OPEN_RULES + "\nstandbyReplicas: 1";

    @TempDir
    private Path folder;

    @Test
    void anInstanceKilledHardAndANewOneUnderLoadChangeNothing(Platform platform) throws Exception {
        List<SpecificRecord> events = MixedEvents.of(TURNS, 1);
        int third = events.size() / 3;
        Set<String> expected = withoutFaults(platform, events);
        Topics topics = platform.createTopics(PARTITIONS);
        try (PairingProcess survivor = instance(platform, topics, "0", STANDBYS);
                PairingProcess victim = instance(platform, topics, "1", STANDBYS);
                PairingGroup group = new PairingGroup(platform, topics);
                EventSender sender = new EventSender(platform, topics)) {
            survivor.awaitReady();
            victim.awaitReady();
            assertThat(group.assignments()).hasSize(2).doesNotContainValue("[]");

            MixedEvents.send(sender, events.subList(0, third));
            sender.flush();
            await().atMost(BOUND)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> !pairs(platform, topics).isEmpty());
            victim.kill();
            MixedEvents.send(sender, events.subList(third, 2 * third));
            sender.flush();
            await("the survivor to take over")
                    .atMost(BOUND)
                    .pollInterval(LOOK)
                    .until(() -> group.assignments().size() == 1);
            try (PairingProcess newcomer = instance(platform, topics, "2", STANDBYS)) {
                MixedEvents.send(sender, events.subList(2 * third, events.size()));
                sender.flush();
                newcomer.awaitReady();
                await().atMost(BOUND)
                        .pollInterval(LOOK)
                        .untilAsserted(() ->
                                assertThat(active(pairs(platform, topics))).isEqualTo(expected));
            }
        }
        List<PreferencePair> said = pairs(platform, topics);
        assertThat(said.stream().map(pair -> pair.getPairId() + "/" + pair.getRevision()))
                .as("each revision is said once")
                .doesNotHaveDuplicates();
        assertThat(said)
                .allSatisfy(pair -> assertThat(pair.getRevision()).isPositive())
                .hasSizeGreaterThan(TURNS / 2);
        assertThat(platform.readAll(topics.deadLetters())).isEmpty();
    }

    @Test
    void aRollingRestartMovesNoPartitionAndRestoresNothing(Platform platform) throws Exception {
        List<SpecificRecord> events = MixedEvents.of(TURNS / 3, 2);
        int third = events.size() / 3;
        Set<String> expected = withoutFaults(platform, events);
        Topics topics = platform.createTopics(PARTITIONS);
        try (PairingProcess first = instance(platform, topics, "0", OPEN_RULES);
                PairingProcess second = instance(platform, topics, "1", OPEN_RULES);
                PairingGroup group = new PairingGroup(platform, topics);
                EventSender sender = new EventSender(platform, topics)) {
            first.awaitReady();
            second.awaitReady();
            Map<String, String> assignments = group.assignments();
            assertThat(assignments).hasSize(2).doesNotContainValue("[]");

            int sent = 0;
            for (PairingProcess restarted : List.of(first, second)) {
                MixedEvents.send(sender, events.subList(sent, sent + third));
                sender.flush();
                await().atMost(BOUND)
                        .pollInterval(LOOK)
                        .until(() ->
                                restarted.metric("attune_pairing_pairs_total").orElse(0.0) > 0);
                restarted.stop();
                sent += third;
                restarted.startAgain();
                restarted.awaitReady();

                assertThat(group.assignments()).isEqualTo(assignments);
                assertThat(restarted.metric("attune_pairing_restored_records_total"))
                        .as("records restored after an orderly restart")
                        .hasValue(0.0);
            }
            MixedEvents.send(sender, events.subList(sent, events.size()));
            sender.flush();
            await().atMost(BOUND)
                    .pollInterval(LOOK)
                    .untilAsserted(
                            () -> assertThat(active(pairs(platform, topics))).isEqualTo(expected));
            assertThat(group.assignments()).isEqualTo(assignments);

            // The measure measures: after a crash the stores are rebuilt.
            first.kill();
            first.startAgain();
            first.awaitReady();
            assertThat(first.metric("attune_pairing_restored_records_total").orElse(0))
                    .isPositive();
        }
    }

    private PairingProcess instance(Platform platform, Topics topics, String id, String moreSettings) {
        return new PairingProcess(platform, topics, folder.resolve("instance-" + id), id, moreSettings);
    }

    /** The same events through the same topology in one thread, which nothing disturbs. */
    private Set<String> withoutFaults(Platform platform, List<SpecificRecord> events) {
        try (PairingDriver driver = PairingDriver.open(folder.resolve("driver"), platform.serdes())) {
            MixedEvents.send(driver, events);
            driver.rest();
            return active(driver.pairs());
        }
    }

    /** One line for each pair that holds, with all that must not depend on faults. */
    static Set<String> active(List<PreferencePair> pairs) {
        return lines(PairingDriver.active(pairs).values());
    }

    private static Set<String> lines(Collection<PreferencePair> pairs) {
        return pairs.stream()
                .map(pair -> "%s: %s > %s, strength %s, by %s"
                        .formatted(
                                pair.getPairId(),
                                pair.getChosenCompletionId(),
                                pair.getRejectedCompletionId(),
                                pair.getStrength(),
                                pair.getEvidence().stream()
                                        .map(Evidence::getEventId)
                                        .toList()))
                .collect(Collectors.toSet());
    }

    /** Every revision that is committed. */
    static List<PreferencePair> pairs(Platform platform, Topics topics) {
        return platform.readAll(topics.preferencePairs()).stream()
                .map(ConsumerRecord::value)
                .toList();
    }
}
