package dev.attune.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.artifacts.TrainedBatch;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.log.ReleaseHistories;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.Release;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreshnessTest {

    @TempDir
    Path folder;

    @Test
    void givesQuantilesOfTheAges() {
        // Evidence 1 s, 2 s, … 100 s before the promotion; one pair knows of none
        Instant promotedAt = Instant.ofEpochSecond(1_000);
        List<TrainedBatch.Pair> pairs = IntStream.rangeClosed(0, 100)
                .mapToObj(age -> new TrainedBatch.Pair(
                        "p" + age, 1, 1, List.of(), age == 0 ? null : promotedAt.minusSeconds(age), "t", 0, age))
                .toList();

        Freshness freshness = Freshness.of(List.of(new TrainedBatch(1, pairs, Map.of())), promotedAt);

        assertThat(freshness.measurements())
                .containsOnly(
                        Map.entry("freshness.pairs", 100.0),
                        Map.entry("freshness.seconds.p50", 50.0),
                        Map.entry("freshness.seconds.p95", 95.0),
                        Map.entry("freshness.seconds.max", 100.0));
    }

    @Test
    void countsThePairsOfVersionsThatWereSkippedOnTheWay() throws IOException {
        FakeCheckpoints checkpoints = new FakeCheckpoints(folder);
        Instant evidence = Instant.ofEpochSecond(1);
        Candidate v1 = checkpoints.write(new FakeCheckpoints.Draft().step(1).evidence(evidence));
        Candidate v2 = checkpoints.write(
                new FakeCheckpoints.Draft().step(2).parent(v1.version()).evidence(evidence, evidence));
        Candidate v3 = checkpoints.write(
                new FakeCheckpoints.Draft().step(3).parent(v2.version()).evidence(evidence));
        Lineage lineage = new Lineage();
        lineage.add(List.of(v1, v2, v3));

        List<TrainedBatch> sinceV1 = lineage.batchesSincePromotion(
                v3,
                checkpoints.directory(v3),
                ReleaseHistories.of(new Release.Promoted(v1, List.of(), null, Map.of(), "")));
        List<TrainedBatch> sinceBase =
                lineage.batchesSincePromotion(v3, checkpoints.directory(v3), ReleaseHistories.of());

        assertThat(sinceV1.stream().map(TrainedBatch::step)).containsExactly(3L, 2L);
        assertThat(sinceBase.stream().map(TrainedBatch::step)).containsExactly(3L, 2L, 1L);
    }
}
