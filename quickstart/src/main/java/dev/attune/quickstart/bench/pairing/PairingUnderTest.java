package dev.attune.quickstart.bench.pairing;

import dev.attune.ingest.pairing.PairingConfig;
import dev.attune.ingest.pairing.PairingService;
import dev.attune.kit.RunningService;
import dev.attune.schemas.Topics;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** The pairing application as it is run in production, but in this process and with a shorter quiet period. */
final class PairingUnderTest implements SystemUnderTest {
    private final Topics topics;
    private final PairingConfig config;
    private final RunningService service;

    PairingUnderTest(Topics topics, PairingConfig config) throws ExecutionException, InterruptedException {
        this.topics = topics;
        this.config = config;
        this.service = PairingService.start(config);
    }

    @Override
    public String group() {
        return config.applicationId();
    }

    @Override
    public List<String> inputs() {
        return List.of(topics.completions().name(), topics.feedback().name());
    }

    @Override
    public List<String> outputs() {
        return List.of(
                topics.judgedCompletions().name(),
                topics.preferencePairs().name(),
                topics.preferenceSingles().name(),
                topics.deadLetters().name());
    }

    /** What the stores take on disk. Closed ones: what is only in memory is on disk then. */
    long stateBytes() {
        return BenchPlatform.bytes(config.stateDir());
    }

    @Override
    public void close() {
        service.close();
    }
}
