package dev.attune.ingest.pairing;

import static dev.attune.ingest.pairing.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.events.Thumb;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Dashboards and alerts hang on these names: what a running pairing shows, what is documented, and this table are one. */
@ExtendWith(PlatformExtension.class)
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
class PairingMetricsTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Path PAGE =
            Path.of(System.getProperty("attune.home", "."), "docs", "operations", "pairing.md");
    /** Metrics of the process, the same in every service. */
    private static final Pattern OF_THE_PROCESS = Pattern.compile("(jvm|process|system)_.*");

    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");
    private static final Pattern PART = Pattern.compile("_(bucket|count|sum)$");
    /** Name, type, unit, labels, and what it means. */
    private static final Pattern ROW =
            Pattern.compile("\\| `(attune_\\w+)` \\| (\\w+) \\| (\\w+) \\|([^|]*)\\|[^|]+\\|");

    private static final Pattern CODE = Pattern.compile("`(\\w+)`");

    private static final Map<String, Metric> CATALOGUE = Map.ofEntries(
            metric("attune_pairing_pairs_total", "counter", "revisions", "status"),
            metric("attune_pairing_singles_total", "counter", "revisions", "status"),
            metric("attune_pairing_pair_age_seconds", "histogram", "seconds"),
            metric("attune_pairing_pair_age_seconds_max", "gauge", "seconds"),
            metric("attune_pairing_held_back", "summary", "pairs", "bound"),
            metric("attune_pairing_held_back_max", "gauge", "pairs", "bound"),
            metric("attune_pairing_kept_out", "gauge", "pairs"),
            metric("attune_pairing_feedback_waiting", "gauge", "turns"),
            metric("attune_pairing_dead_letters_total", "counter", "records", "reason"),
            metric("attune_pairing_dead_letters_resolved_total", "counter", "records", "reason"),
            metric("attune_pairing_duplicates_total", "counter", "records", "topic"),
            metric("attune_pairing_restored_records_total", "counter", "records"));

    @TempDir
    private Path folder;

    /** @param labels besides {@code service}, which every metric has */
    private record Metric(String type, String unit, Set<String> labels) {}

    @Test
    void whatIsServedAndWhatIsDocumentedAreTheCatalogue(Platform platform) throws Exception {
        // Given a pairing that waits for nothing long, and keeps turns however old these events are
        String settings = """
                rules: {partnerWait: 1s}
                limits: {completionWait: 1s, caughtUpAfter: 1s, turnRetention: 36500d}
                """;
        Topics topics = platform.createTopics(1);
        try (PairingProcess pairing = new PairingProcess(platform, topics, folder, "0", settings);
                EventSender sender = new EventSender(platform, topics)) {
            // When everything that is counted has happened
            sender.send(Events.completion("p1", "t1", "a", "text a"));
            sender.send(Events.completion("p1", "t1", "b", "text b"));
            sender.send(Events.pick("pair", "t1", "ann", NOON, "a", "b"));
            sender.send(Events.completion("p2", "t2", "c", "the same"));
            sender.send(Events.completion("p2", "t2", "d", "the same"));
            sender.send(Events.pick("held-back", "t2", "ann", NOON, "c", "d"));
            sender.send(Events.completion("p3", "t3", "lonely", "text"));
            sender.send(Events.thumb("single", "t3", "ann", NOON, "lonely", Thumb.UP));
            sender.send(Events.thumb("single", "t3", "ann", NOON, "lonely", Thumb.UP));
            sender.send(Events.thumb("early", "t4", "ann", NOON, "late", Thumb.UP));
            sender.flush();
            await().atMost(BOUND)
                    .pollInterval(LOOK)
                    .until(() ->
                            pairing.metric("attune_pairing_dead_letters_total").orElse(0) == 1);
            sender.send(Events.completion("p4", "t4", "late", "text"));
            sender.flush();

            // Then
            await().atMost(BOUND)
                    .pollInterval(LOOK)
                    .untilAsserted(() -> assertThat(served(pairing)).containsOnlyKeys(CATALOGUE.keySet()));
            CATALOGUE.forEach((name, metric) -> assertThat(served(pairing).get(name))
                    .as(name)
                    .isEqualTo(new Metric(metric.type(), "", metric.labels())));
        }
        assertThat(documented()).isEqualTo(CATALOGUE);
    }

    /** All families that are no process metrics, without units: the exposition has none. */
    private static Map<String, Metric> served(PairingProcess pairing) {
        List<String> lines = pairing.get("/metrics").orElseThrow().lines().toList();
        Map<String, Metric> families = new TreeMap<>();
        for (String line : lines) {
            Matcher type = TYPE.matcher(line);
            if (type.matches() && !OF_THE_PROCESS.matcher(type.group(1)).matches()) {
                families.put(type.group(1), new Metric(type.group(2), "", new TreeSet<>()));
            }
        }
        for (String line : lines) {
            Matcher sample = SAMPLE.matcher(line);
            if (sample.matches()) {
                Metric exact = families.get(sample.group(1));
                Metric family = exact == null
                        ? families.get(PART.matcher(sample.group(1)).replaceFirst(""))
                        : exact;
                if (family != null) {
                    List<String> labels = all(LABEL, sample.group(2));
                    assertThat(labels).as(line).contains("service");
                    family.labels().addAll(labels);
                    family.labels().removeAll(Set.of("service", "le"));
                }
            }
        }
        return families;
    }

    private static Map<String, Metric> documented() throws IOException {
        Map<String, Metric> rows = new TreeMap<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.put(row.group(1), new Metric(row.group(2), row.group(3), Set.copyOf(all(CODE, row.group(4)))));
            }
        }
        return rows;
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    private static Map.Entry<String, Metric> metric(String name, String type, String unit, String... labels) {
        return Map.entry(name, new Metric(type, unit, Set.of(labels)));
    }
}
