package dev.attune.quickstart.demo;

import dev.attune.embedded.PortInUseException;
import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ExitCode;
import dev.attune.quickstart.corpus.SupportCorpus;
import dev.attune.quickstart.process.Interruption;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.RegistryClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The course of the demo: start, measure the base, let users in, measure each release, stop, report. */
final class DemoRun {
    /** The served model's family, and the base's name in serving. */
    private static final ServedModel BASE = new ServedModel("support", "base");

    private static final double LEAST_WELL_FORMED = 0.85;
    private static final double MOST_WELL_FORMED_LOST = 0.05;
    private static final Duration LINE_EVERY = Duration.ofSeconds(5);
    private static final int GATE_PROMPTS = 250;

    private final DemoOptions options;
    private final Progress progress = new Progress(System.out);
    private final SupportCorpus corpus = SupportCorpus.load();
    private final LoopState state = new LoopState(BASE);
    private final Freshness freshness = new Freshness(state);

    DemoRun(DemoOptions options) {
        this.options = options;
    }

    int run() throws IOException, InterruptedException, ExecutionException {
        Path model = baseModel();
        try (Interruption interruption = Interruption.ofCurrentThread("attune demo");
                DemoFolder folder = DemoFolder.create(options.keep());
                JsonHttp http = new JsonHttp();
                AnswerCheck check = AnswerCheck.start(corpus);
                DemoPlatform platform = new DemoPlatform(http, folder.path())) {
            try {
                Path gatePrompts = GatePrompts.write(folder.path(), corpus, GATE_PROMPTS, options.seed());
                platform.start(options, BASE, model, check.url(), gatePrompts, progress);
                return loop(platform, http);
            } catch (DemoFailure e) {
                folder.keep();
                System.err.println("attune demo: " + e.getMessage());
                System.err.println("attune demo: logs and configuration are in " + folder.path());
                return ExitCode.FAILED;
            } catch (PortInUseException e) {
                throw new ConfigException("port", String.valueOf(e.getMessage()));
            } catch (InterruptedException e) {
                progress.say("stopping");
                return ExitCode.OK;
            } finally {
                interruption.hold();
            }
        }
    }

    private int loop(DemoPlatform platform, JsonHttp http) throws IOException, InterruptedException {
        AvroSerdes serdes = new AvroSerdes(RegistryClients.create(platform.registryUrl(), Map.of()));
        ServingClient serving = new ServingClient(http, platform.servingUrl());
        GatewayClient gateway = new GatewayClient(http, platform.gatewayUrl(), ServiceConfigs.API_KEY);
        Evaluator evaluator = new Evaluator(serving, corpus, BASE, options.evaluationQuestions(), options.seed());
        progress.say("ready     gateway %s   serving %s   kafka %s"
                .formatted(platform.gatewayUrl(), platform.servingUrl(), platform.bootstrapServers()));
        Evaluation before = evaluator.evaluate(BASE);
        state.measured(before);
        progress.measured(before, "   <- before any feedback");
        try (Console _ = console(platform, http, serving, gateway);
                LoopWatcher _ = LoopWatcher.start(platform.bootstrapServers(), DemoPlatform.TOPICS, serdes, state);
                SimulatedUsers users = new SimulatedUsers(serving, gateway, state, corpus)) {
            users.start(options.users(), options.seed());
            Outcome outcome = untilDone(platform, http, users, evaluator, before);
            report(before, outcome);
            return outcome.exitCode();
        }
    }

    /** The page; a headless demo has none. */
    private Console console(DemoPlatform platform, JsonHttp http, ServingClient serving, GatewayClient gateway) {
        if (options.headless()) {
            return Console.none();
        }
        Console console = Console.start(
                options.ports().console(),
                () -> ConsoleSnapshot.of(
                        state, options, progress.elapsed(), TrainerSteps.read(http, platform.trainerUrl())),
                new ConsoleChat(serving, gateway, state, BASE));
        progress.say("open      " + console.url() + "   (Ctrl-C stops everything)");
        return console;
    }

    /** @param last the newest measurement of a released version; null when none was released */
    private record Outcome(int versions, @Nullable Evaluation last, int exitCode) {}

    private Outcome untilDone(
            DemoPlatform platform, JsonHttp http, SimulatedUsers users, Evaluator evaluator, Evaluation before)
            throws IOException {
        int versions = 0;
        Evaluation last = null;
        Duration nextLine = progress.elapsed().plus(LINE_EVERY);
        try {
            while (progress.elapsed().compareTo(options.maxTime()) < 0 && versions < options.maxVersions()) {
                platform.requireAlive();
                if (users.failure() != null) {
                    throw new DemoFailure("the simulated users gave up: " + users.failure());
                }
                ReleaseChanged release = state.decided().poll(500, TimeUnit.MILLISECONDS);
                if (release != null && release.getState() == ReleaseState.REJECTED) {
                    progress.rejected(release.getVersion(), release.getDetail());
                } else if (release != null) {
                    versions++;
                    freshness.promoted(release);
                    last = evaluator.evaluate(new ServedModel(release.getServedName(), release.getVersion()));
                    state.measured(last);
                    progress.measured(last, "");
                    if (reached(before, last)) {
                        return new Outcome(versions, last, ExitCode.OK);
                    }
                } else if (progress.elapsed().compareTo(nextLine) > 0) {
                    progress.counts(
                            state.counts(),
                            TrainerSteps.read(http, platform.trainerUrl()),
                            state.served().version());
                    nextLine = progress.elapsed().plus(LINE_EVERY);
                }
            }
        } catch (InterruptedException e) {
            // Ctrl-C: what was measured so far is the result.
            return new Outcome(versions, last, ExitCode.OK);
        }
        return new Outcome(versions, last, options.untilWinRate() == null ? ExitCode.OK : ExitCode.FAILED);
    }

    private boolean reached(Evaluation before, Evaluation now) {
        Double wish = options.untilWinRate();
        double leastWellFormed = Math.max(LEAST_WELL_FORMED, before.wellFormed() - MOST_WELL_FORMED_LOST);
        return wish != null && now.winRate() >= wish && now.wellFormed() >= leastWellFormed;
    }

    private void report(Evaluation before, Outcome outcome) throws IOException {
        LoopState.Counts counts = state.counts();
        Evaluation after = outcome.last() == null ? before : outcome.last();
        DemoReport report = new DemoReport(
                counts.events(),
                counts.pairs(),
                counts.deadLetters(),
                counts.steps(),
                outcome.versions(),
                before.winRate(),
                after.winRate(),
                before.wellFormed(),
                after.wellFormed(),
                after.klToBase(),
                new DemoReport.Percentiles(freshness.percentile(0.5), freshness.percentile(0.95)),
                after.model().name(),
                progress.elapsed().toMillis() / 1000.0);
        progress.say(String.format(
                Locale.ROOT,
                "%s  win rate %.2f -> %.2f with %d versions; half of the feedback was served within %.0f s",
                outcome.exitCode() == ExitCode.OK ? "done    " : "gave up ",
                report.winRateBefore(),
                report.winRateAfter(),
                report.versionsReleased(),
                report.feedbackToServedSeconds().p50()));
        if (options.report() != null) {
            report.write(options.report());
            progress.say("report    " + options.report());
        }
    }

    private static Path baseModel() {
        Path model = Path.of(System.getProperty("attune.home", "."), "quickstart", "model");
        if (!Files.isRegularFile(model.resolve("config.json"))) {
            throw new ConfigException(
                    "model", "there is no model in " + model + ": `./attune pretrain --out " + model + "` makes it");
        }
        return model;
    }
}
