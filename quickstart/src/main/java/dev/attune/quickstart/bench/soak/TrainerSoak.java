package dev.attune.quickstart.bench.soak;

import dev.attune.quickstart.bench.BenchPlatform;
import dev.attune.quickstart.process.Interruption;
import dev.attune.schemas.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Keeps a trainer busy for so many steps, and looks into it from time to time. */
final class TrainerSoak {
    private static final int AHEAD_STEPS = 200;
    private static final long LOOK_MILLIS = 100;
    private static final int LINES = 20;
    private static final double MEBI = 1 << 20;

    private final SoakOptions options;
    private final PrintWriter progress;
    private final List<SoakSample> samples = new ArrayList<>();

    TrainerSoak(SoakOptions options, PrintWriter progress) {
        this.options = options;
        this.progress = progress;
    }

    SoakReport run() throws IOException, ExecutionException, InterruptedException {
        try (Interruption interruption = Interruption.ofCurrentThread("attune bench trainer-soak")) {
            interruption.hold();
            say("bench trainer-soak: %,d steps of %d pairs; starting broker and registry"
                    .formatted(options.steps(), options.pairsPerStep()));
            try (BenchPlatform platform = BenchPlatform.start()) {
                interruption.release();
                try {
                    return soak(platform, interruption);
                } finally {
                    interruption.hold();
                }
            }
        }
    }

    private SoakReport soak(BenchPlatform platform, Interruption interruption)
            throws IOException, ExecutionException, InterruptedException {
        Topics topics = platform.createTopics("soak", 4);
        try (PairFeeder feeder = new PairFeeder(platform, topics, new SoakPairs(options.seed()));
                SoakedTrainer trainer = SoakedTrainer.start(platform, topics, options)) {
            trainer.awaitUp();
            try (TrainerProbe probe = TrainerProbe.attach(trainer.pid())) {
                watch(feeder, trainer, probe, interruption);
            }
        }
        return report();
    }

    private void watch(PairFeeder feeder, SoakedTrainer trainer, TrainerProbe probe, Interruption interruption)
            throws IOException, ExecutionException, InterruptedException {
        long began = 0;
        long next = 1;
        for (long step = 0; step < options.steps(); step = trainer.step()) {
            interruption.check();
            // Some prompts are held out and never trained, so a few more pairs than the steps need.
            feeder.upTo((step + AHEAD_STEPS) * options.pairsPerStep() * 11 / 10);
            if (step >= next) {
                began = began == 0 ? System.nanoTime() : began;
                samples.add(sample(step, (System.nanoTime() - began) / 1e9, trainer, probe));
                say(samples.getLast());
                next = step + options.sampleEvery();
            } else {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        }
        samples.add(sample(trainer.step(), (System.nanoTime() - began) / 1e9, trainer, probe));
    }

    private static SoakSample sample(long step, double seconds, SoakedTrainer trainer, TrainerProbe probe)
            throws IOException {
        TrainerProbe.Look look = probe.look();
        return new SoakSample(
                step,
                seconds,
                look.heapAfterGc(),
                look.resident(),
                look.outsideHeap(),
                look.openFiles(),
                Files.size(trainer.journal()),
                BenchPlatform.bytesWhileWritten(trainer.checkpoints()));
    }

    private SoakReport report() {
        SortedMap<String, Trend> trends = new TreeMap<>();
        trends.put("heapAfterGc", Trend.of(samples, SoakSample::heapAfterGc));
        trends.put("outsideHeap", Trend.of(samples, SoakSample::outsideHeap));
        trends.put("resident", Trend.of(samples, SoakSample::resident));
        trends.put("openFiles", Trend.of(samples, SoakSample::openFiles));
        trends.put("journal", Trend.of(samples, SoakSample::journal));
        trends.put("checkpoints", Trend.of(samples, SoakSample::checkpoints));
        trends.forEach((name, trend) -> say("  %-12s %s".formatted(name, trend.meaning())));
        SoakSample first = samples.getFirst();
        SoakSample last = samples.getLast();
        return new SoakReport(
                last.step(),
                options.pairsPerStep(),
                (last.step() - first.step()) / (last.seconds() - first.seconds()),
                SoakedTrainer.CHECKPOINT_EVERY_STEPS,
                trends,
                trends.get("heapAfterGc").perStep() / options.pairsPerStep(),
                SoakedTrainer.JVM_OPTIONS,
                Runtime.version().toString(),
                Runtime.getRuntime().availableProcessors(),
                samples);
    }

    private void say(SoakSample sample) {
        long every = Math.max(1, options.steps() / options.sampleEvery() / LINES);
        if (samples.size() % every == 1 || every == 1) {
            say(String.format(
                    Locale.ROOT,
                    "  step %,7d after %4.0f s: heap %.1f MiB, outside the heap %.1f MiB, %d open files",
                    sample.step(),
                    sample.seconds(),
                    sample.heapAfterGc() / MEBI,
                    sample.outsideHeap() / MEBI,
                    sample.openFiles()));
        }
    }

    private void say(String line) {
        progress.println(line);
        progress.flush();
    }
}
