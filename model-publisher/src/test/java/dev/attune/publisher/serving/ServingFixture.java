package dev.attune.publisher.serving;

import dev.attune.artifacts.Probe;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.fake.FakeCheckpoints.Draft;
import dev.attune.publisher.http.JsonHttp;
import dev.attune.publisher.http.Retrier;
import dev.attune.publisher.http.RetrySettings;
import dev.attune.publisher.http.StopSignal;
import dev.attune.publisher.metrics.MicrometerPublisherMetrics;
import dev.attune.publisher.release.Candidate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What tests of serving have in common: adapters on disk, and deliveries that soon give up. */
final class ServingFixture implements AutoCloseable {

    static final String BASE = "base";

    private static final ProbeBounds BOUNDS = new ProbeBounds(2e-4, 1e-3, 5e-4);
    private static final Duration CALL_TIMEOUT = Duration.ofMillis(500);

    private final FakeCheckpoints checkpoints;
    private final StopSignal stop = new StopSignal();
    private final JsonHttp http = new JsonHttp(CALL_TIMEOUT, stop);
    private final Retrier retrier = new Retrier(
            new RetrySettings(CALL_TIMEOUT, Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofMillis(400)), stop);

    ServingFixture(Path folder) throws IOException {
        this.checkpoints = new FakeCheckpoints(folder);
    }

    /** An adapter that moves the model this far. */
    ServedAdapter adapter(int step, double strength) throws IOException {
        Candidate candidate = checkpoints.write(new Draft().step(step).strength(strength));
        return new ServedAdapter(
                candidate.servedName(),
                checkpoints.directory(candidate).adapter().toString(),
                Probe.readAll(checkpoints.directory(candidate).probes()));
    }

    Replica replica(ReplicaKind kind, String url) {
        return kind.replica(new ReplicaSettings(url, null), BASE, http);
    }

    Delivery delivery(ReplicaSource source) {
        return new Delivery(
                new ReplicaGroup(source),
                new ReplicaProof(BASE, BOUNDS),
                retrier,
                new MicrometerPublisherMetrics(new SimpleMeterRegistry(), "acme", "support"));
    }

    Delivery delivery(Replica... replicas) {
        return delivery(ReplicaSource.fixed(List.of(replicas)));
    }

    @Override
    public void close() {
        http.close();
    }
}
