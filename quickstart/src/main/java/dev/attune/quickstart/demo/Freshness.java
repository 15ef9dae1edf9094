package dev.attune.quickstart.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attune.events.CheckpointCommitted;
import dev.attune.events.ReleaseChanged;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Seconds from a pair's newest feedback to the moment when a model that learned from it was served. */
final class Freshness {
    private final LoopState state;
    private final List<Double> seconds = new ArrayList<>();
    private @Nullable String servedBefore;

    Freshness(LoopState state) {
        this.state = state;
    }

    /** Adds every pair that this release brought: its own, and those of checkpoints that were skipped on the way. */
    void promoted(ReleaseChanged release) throws IOException {
        String version = release.getVersion();
        while (version != null && !version.equals(servedBefore)) {
            CheckpointCommitted checkpoint = state.checkpoint(version);
            if (checkpoint == null) {
                break;
            }
            add(Path.of(URI.create(checkpoint.getArtifactUri())), release.getOccurredAt());
            version = checkpoint.getParent();
        }
        servedBefore = release.getVersion();
    }

    private void add(Path checkpoint, Instant servedAt) throws IOException {
        for (String line : Files.readAllLines(checkpoint.resolve("batches.jsonl"))) {
            for (JsonNode pair : JsonHttp.JSON.readTree(line).path("pairs")) {
                Instant given = Instant.parse(pair.path("lastEvidenceAt").asText());
                seconds.add(Duration.between(given, servedAt).toMillis() / 1000.0);
            }
        }
    }

    /** The given share of pairs was served within this many seconds; 0 while nothing was. */
    double percentile(double share) {
        if (seconds.isEmpty()) {
            return 0;
        }
        List<Double> sorted = new ArrayList<>(seconds);
        Collections.sort(sorted);
        return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(share * sorted.size())));
    }
}
