package dev.attune.ingest.pairing;

import static dev.attune.ingest.pairing.PairingInstancesTest.active;
import static dev.attune.ingest.pairing.PairingInstancesTest.pairs;
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
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Budgets on two instances, each its own process, on a real broker with three partitions. */
@ExtendWith(PlatformExtension.class)
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
class PairingBudgetsInstancesTest {
    private static final Duration BOUND = Duration.ofSeconds(90);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final int PARTITIONS = 3;
    private static final int TURNS = 600;
    private static final int USERS = 40;
    private static final int PAIRS_A_USER = 5;
    private static final int PAIRS_A_TENANT = 100;

    private static final String SETTINGS = """
            rules: {maxPairsPerPrompt: 0, maxPairsPerUser: 0, maxLengthRatio: 0, maxAcrossAnswers: 0}
            budgets: {maxPairsPerUser: %d, maxPairsPerTenant: %d}
            """.formatted(PAIRS_A_USER, PAIRS_A_TENANT);

    @TempDir
    private Path folder;

    @Test
    void theInstanceThatRanksTheTenantIsKilledHardAndTheBudgetsHold(Platform platform) throws Exception {
        List<SpecificRecord> events = MixedEvents.of(TURNS, 3, USERS);
        Set<String> expected = withoutFaults(platform, events, PAIRS_A_USER, PAIRS_A_TENANT);
        assertThat(expected)
                .as("both budgets bind")
                .isNotEqualTo(withoutFaults(platform, events, PAIRS_A_USER, 0))
                .isNotEqualTo(withoutFaults(platform, events, 0, PAIRS_A_TENANT));
        Topics topics = platform.createTopics(PARTITIONS);
        try (PairingProcess first = instance(platform, topics, "0");
                PairingProcess second = instance(platform, topics, "1");
                PairingGroup group = new PairingGroup(platform, topics);
                EventSender sender = new EventSender(platform, topics)) {
            first.awaitReady();
            second.awaitReady();
            assertThat(group.assignments()).hasSize(2).doesNotContainValue("[]");

            int half = events.size() / 2;
            MixedEvents.send(sender, events.subList(0, half));
            sender.flush();
            await().atMost(BOUND)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> !pairs(platform, topics).isEmpty());
            PairingProcess victim = ranksTheTenant(platform, topics, group).startsWith("0-") ? first : second;
            victim.kill();
            MixedEvents.send(sender, events.subList(half, events.size()));
            sender.flush();

            await().atMost(BOUND)
                    .pollInterval(LOOK)
                    .untilAsserted(
                            () -> assertThat(active(pairs(platform, topics))).isEqualTo(expected));
            assertThat(group.assignments()).as("the survivor alone").hasSize(1);
        }
        List<PreferencePair> said = pairs(platform, topics);
        Collection<PreferencePair> out = PairingDriver.active(said).values();
        assertThat(out).hasSizeBetween(PAIRS_A_TENANT / 4, PAIRS_A_TENANT);
        assertThat(pairsByUser(out))
                .hasSizeGreaterThan(USERS / 2)
                .allSatisfy((user, count) -> assertThat(count).as(user).isLessThanOrEqualTo(PAIRS_A_USER));
        assertThat(said.stream().map(pair -> pair.getPairId() + "/" + pair.getRevision()))
                .as("each revision is said once")
                .doesNotHaveDuplicates();
        assertThat(platform.readAll(topics.deadLetters())).isEmpty();
    }

    private PairingProcess instance(Platform platform, Topics topics, String id) {
        return new PairingProcess(platform, topics, folder.resolve("instance-" + id), id, SETTINGS);
    }

    /** The name of the instance and thread that has the one partition with all pairs of the tenant. */
    private static String ranksTheTenant(Platform platform, Topics topics, PairingGroup group)
            throws ExecutionException, InterruptedException {
        Set<String> partitions = platform.readAll(topics.assembledPairs()).stream()
                .map(record -> record.topic() + "-" + record.partition())
                .collect(Collectors.toSet());
        assertThat(partitions).as("partitions of one tenant").hasSize(1);
        String partition = partitions.iterator().next();
        return group.assignments().entrySet().stream()
                .filter(member -> member.getValue().contains(partition))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    /** The same events through the same topology in one thread, which nothing disturbs. */
    private Set<String> withoutFaults(Platform platform, List<SpecificRecord> events, int perUser, int perTenant) {
        PairingConfig.Budgets budgets = new PairingConfig.Budgets(Duration.ofHours(24), perUser, perTenant);
        PairingConfig config = Configs.pairing(
                folder.resolve("driver-%d-%d".formatted(perUser, perTenant)), Configs.OPEN_RULES, budgets);
        try (PairingDriver driver = new PairingDriver(config, platform.serdes())) {
            MixedEvents.send(driver, events);
            driver.rest();
            return active(driver.pairs());
        }
    }

    /** How many of the pairs each user has a vote in. */
    private static Map<String, Long> pairsByUser(Collection<PreferencePair> pairs) {
        return pairs.stream()
                .flatMap(pair ->
                        pair.getEvidence().stream().map(Evidence::getUserId).distinct())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }
}
