package dev.attune.quickstart.bench.soak;

import dev.attune.embedded.ChildProcess;
import dev.attune.embedded.FreePorts;
import dev.attune.quickstart.bench.BenchPlatform;
import dev.attune.schemas.Topics;
import dev.attune.trainer.TrainerMain;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The trainer as a process of its own, as an operator would start it. */
final class SoakedTrainer implements AutoCloseable {
    /** The whole heap is there from the beginning: what the process occupies beyond it is not heap. */
    static final List<String> JVM_OPTIONS = List.of(
            "-Xms192m",
            "-Xmx192m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            // Helidon lets no object be read from a stream unless it is named: here those of JMX, for TrainerProbe.
            "-Dhelidon.serialFilter.pattern=javax.management.**;java.rmi.**;java.lang.**;java.util.**");

    static final int CHECKPOINT_EVERY_STEPS = 50;

    private static final Duration START_BOUND = Duration.ofMinutes(2);
    private static final String STEP = "attune_trainer_step{";

    private final ChildProcess process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpRequest metrics;
    private final Path checkpoints;

    private SoakedTrainer(ChildProcess process, int adminPort, Path checkpoints) {
        this.process = process;
        this.checkpoints = checkpoints;
        this.metrics = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + "/metrics"))
                .timeout(Duration.ofSeconds(30))
                .build();
    }

    static SoakedTrainer start(BenchPlatform platform, Topics topics, SoakOptions options) throws IOException {
        Path model = SoakModel.write(platform.folder().resolve("model"), options.demoModel());
        Path checkpoints = platform.folder().resolve("checkpoints");
        int port = FreePorts.one();
        Path config = Files.writeString(platform.folder().resolve("trainer.yaml"), """
                kafka: {bootstrapServers: "%s"}
                schemaRegistry: {url: "%s"}
                topicPrefix: %s
                admin: {host: 127.0.0.1, port: %d}
                modelId: %s
                baseModel: %s
                batch: {size: %d, maxAge: 1m, maxPending: %d}
                checkpoint: {directory: %s, everySteps: %d, maxAge: 1h, keep: 3}
                heldOut: {share: 0.05, maxPairs: 16}
                # So short that most pairs of a run are forgotten in it.
                ledger: {keepFor: 1m}
                # Preferences at random teach nothing: what guards think of it is not the question here.
                guards: {maxGradientNorm: 0, maxStepKl: 0, klBudget: 0, maxChosenDrop: 0, maxLengthRatio: 0, maxAccuracyDrop: 0}
                learning: {learningRate: 1e-5, beta: 0.1, rank: 4, alpha: 8, replay: {share: 0.2, capacity: 256}}
                """.formatted(
                        platform.bootstrapServers(),
                        platform.registryUrl(),
                        topics.prefix(),
                        port,
                        SoakPairs.MODEL,
                        model,
                        options.pairsPerStep(),
                        100 * options.pairsPerStep(),
                        checkpoints,
                        CHECKPOINT_EVERY_STEPS));
        ChildProcess process = ChildProcess.startMain(
                "the trainer",
                TrainerMain.class,
                JVM_OPTIONS,
                List.of("--config", config.toString()),
                platform.folder().resolve("trainer.log"));
        return new SoakedTrainer(process, port, checkpoints);
    }

    long pid() {
        return process.pid();
    }

    Path checkpoints() {
        return checkpoints;
    }

    Path journal() {
        return checkpoints.resolve("journal.jsonl");
    }

    /** Waits until it answers. */
    void awaitUp() throws InterruptedException {
        long deadline = System.nanoTime() + START_BOUND.toNanos();
        while (true) {
            try {
                step();
                return;
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("the trainer does not answer:\n" + process.logTail(20), e);
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
    }

    /**
     * Steps that it has taken.
     *
     * @throws IllegalStateException if it has ended, with the end of its log
     */
    long step() throws IOException, InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException("the trainer has ended:\n" + process.logTail(20));
        }
        String all = http.send(metrics, HttpResponse.BodyHandlers.ofString()).body();
        return all.lines()
                .filter(line -> line.startsWith(STEP))
                .mapToLong(line -> Math.round(Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))))
                .sum();
    }

    @Override
    public void close() {
        http.close();
        process.close();
    }
}
