package dev.attune.quickstart.bench.pairing;

import dev.attune.ingest.pairing.PairingConfig;
import dev.attune.ingest.pairing.PairingService;
import dev.attune.quickstart.bench.BenchPlatform;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;

/** {@link IdentityTopology}, run with pairing's own settings. */
final class IdentityUnderTest implements SystemUnderTest {
    private final Topics topics;
    private final KafkaStreams streams;
    private final ThreadPauses pauses;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    IdentityUnderTest(BenchPlatform platform, Topics topics, int partitions, PairingConfig config)
            throws ExecutionException, InterruptedException {
        this.topics = topics;
        platform.admin()
                .createTopics(outputs().stream()
                        .map(name -> new NewTopic(name, partitions, (short) 1))
                        .toList())
                .all()
                .get();
        Properties own = PairingService.properties(config);
        own.put(StreamsConfig.APPLICATION_ID_CONFIG, group());
        this.streams = new KafkaStreams(new IdentityTopology(topics, platform.serdes()).build(), own);
        streams.setUncaughtExceptionHandler(e -> {
            failure.compareAndSet(null, e);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.start();
        this.pauses = new ThreadPauses(group());
    }

    @Override
    public String group() {
        return topics.prefix() + "identity";
    }

    @Override
    public List<String> inputs() {
        return List.of(topics.completions().name(), topics.feedback().name());
    }

    @Override
    public List<String> outputs() {
        return IntStream.rangeClosed(1, 2)
                .boxed()
                .flatMap(step -> Stream.of(
                        IdentityTopology.again(topics.completions().name(), step),
                        IdentityTopology.again(topics.feedback().name(), step)))
                .toList();
    }

    @Override
    public List<String> evidence() {
        // What the first step writes the second one reads.
        return Stream.concat(inputs().stream(), outputs().stream().limit(2)).toList();
    }

    @Override
    public List<String> pairs() {
        return List.of();
    }

    @Override
    public Duration settles() {
        return DrainWatch.SETTLED;
    }

    @Override
    public String state() {
        Throwable cause = failure.get();
        return streams.state() + (cause == null ? "" : ": " + cause);
    }

    @Override
    public ThreadPauses pauses() {
        return pauses;
    }

    @Override
    public void close() {
        pauses.close();
        streams.close(Duration.ofSeconds(30));
    }
}
