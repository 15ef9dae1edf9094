package dev.attune.quickstart.bench.pairing;

import dev.attune.ingest.pairing.PairingConfig;
import dev.attune.ingest.pairing.PairingService;
import dev.attune.kit.RunningService;
import dev.attune.quickstart.bench.BenchPlatform;
import dev.attune.schemas.Topic;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/** The pairing application as it is run in production, but in this process and with a shorter quiet period. */
final class PairingUnderTest implements SystemUnderTest {
    private final Topics topics;
    private final PairingConfig config;
    private final PairingBenchOptions options;
    private final RunningService service;
    private final ThreadPauses pauses;

    PairingUnderTest(Topics topics, PairingConfig config, PairingBenchOptions options)
            throws ExecutionException, InterruptedException {
        this.topics = topics;
        this.config = config;
        this.options = options;
        this.service = PairingService.start(config);
        this.pauses = new ThreadPauses(config.applicationId());
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
        Stream<Topic<?>> all = Stream.of(
                topics.judgedTurns(),
                topics.promptCompletions(),
                topics.preferencePairs(),
                topics.preferenceSingles(),
                topics.deadLetters());
        Stream<Topic<?>> ofBudgets = options.budgets().on() ? Stream.of(topics.assembledPairs()) : Stream.empty();
        return Stream.concat(all, ofBudgets).map(Topic::name).toList();
    }

    @Override
    public List<String> evidence() {
        return List.of(
                topics.completions().name(),
                topics.feedback().name(),
                topics.judgedTurns().name(),
                topics.promptCompletions().name());
    }

    @Override
    public List<String> pairs() {
        return List.of(topics.preferencePairs().name());
    }

    /** The quiet period of a prompt grows with its answers up to the longest delay. */
    @Override
    public Duration settles() {
        return options.hotPrompt() ? config.emission().maxDelay().plus(DrainWatch.SETTLED) : DrainWatch.SETTLED;
    }

    @Override
    public String state() {
        return "in the state that the log names";
    }

    @Override
    public ThreadPauses pauses() {
        return pauses;
    }

    /** What the stores take on disk. Closed ones: what is only in memory is on disk then. */
    long stateBytes() {
        return BenchPlatform.bytes(config.stateDir());
    }

    @Override
    public void close() {
        pauses.close();
        service.close();
    }
}
