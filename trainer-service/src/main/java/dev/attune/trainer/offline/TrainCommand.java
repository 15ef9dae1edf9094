package dev.attune.trainer.offline;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.kit.Checks;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ExitCode;
import dev.attune.trainer.learner.AnswerBoundary;
import dev.attune.trainer.loss.LossMix;
import dev.attune.trainer.loss.LossType;
import dev.attune.trainer.model.ModelException;
import dev.attune.trainer.optim.DivergedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line of {@code attune train}. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description =
                "Trains a LoRA adapter, or with --full a model, on a file of preference pairs with DPO, as the online trainer"
                        + " does.",
        footer = {
            "",
            "The file is a JSON array or JSONL of",
            "  {\"prompt\", \"chosen\", \"rejected\"[, \"strength\"]}",
            "and with --loss kto also of",
            "  {\"prompt\", \"completion\", \"label\": true or false[, \"strength\"]}",
            "A prompt is text, or a list of {\"role\", \"content\"}, which the model's chat",
            "template writes; an answer is text, or a list of one assistant message, as",
            "./attune export writes it. Strength, above 0 and at most 1, is the probability that the",
            "preference is right. A pair that is too long is truncated: an answer keeps its",
            "start, the prompt its end.",
            "Exit codes: 0 trained, 1 failed, 2 wrong options or input."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the options
final class TrainCommand implements Callable<Integer> {
    private static final double ROBUST_SMOOTHING = 0.1;

    @Spec
    private CommandSpec spec;

    @Option(names = "--model", required = true, paramLabel = "DIR", description = "Model, a Hugging Face directory.")
    private Path model;

    @Option(names = "--pairs", required = true, paramLabel = "FILE", description = "Preference pairs.")
    private Path pairs;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Where the PEFT adapter, or the model, is written.")
    private Path out;

    @Option(names = "--steps", paramLabel = "N", description = "Optimizer steps (default: one pass over the pairs).")
    private @Nullable Integer steps;

    @Mixin
    private OptimizerOptions optimizer;

    @Option(
            names = "--beta",
            paramLabel = "X",
            defaultValue = "0.1",
            description =
                    "How strongly the base model holds the adapter (default: ${DEFAULT-VALUE}). It decides more than"
                            + " any other number here: choose it.")
    private double beta;

    @Option(
            names = "--loss",
            paramLabel = "NAME",
            defaultValue = "sigmoid",
            split = ",",
            description = "${COMPLETION-CANDIDATES}, in any case, or several with commas (default: ${DEFAULT-VALUE},"
                    + " which is DPO).")
    private List<LossType> losses;

    @Option(
            names = "--loss-weights",
            paramLabel = "X",
            split = ",",
            description = "A weight for each loss, for example 1,0.2 (default: 1 each).")
    private List<Double> lossWeights = List.of();

    @Option(
            names = "--label-smoothing",
            paramLabel = "X",
            description =
                    "Share of labels that are wrong, below 0.5, for sigmoid (default: 0) and robust (default: 0.1).")
    private @Nullable Double labelSmoothing;

    @Option(
            names = "--desirable-weight",
            paramLabel = "X",
            defaultValue = "1",
            description = "KTO's weight of answers that were liked (default: ${DEFAULT-VALUE}).")
    private double desirableWeight;

    @Option(
            names = "--undesirable-weight",
            paramLabel = "X",
            defaultValue = "1",
            description = "KTO's weight of answers that were not (default: ${DEFAULT-VALUE}).")
    private double undesirableWeight;

    @Mixin
    private WhatLearnsOptions whatLearns;

    @Option(
            names = "--reference",
            paramLabel = "NAME",
            defaultValue = "base",
            description =
                    "What holds the policy: base, or init, which is --adapter-init, frozen, or a directory: another"
                            + " adapter, with --full another model of the same shape (default: ${DEFAULT-VALUE}).")
    private String reference;

    @Mixin
    private ReferenceOptions following;

    @Option(
            names = "--boundary",
            paramLabel = "NAME",
            defaultValue = "trl",
            description =
                    "Where the tokenizer merges a prompt's end with an answer's start: trl makes the tokens that TRL"
                            + " makes, keep_text loses no character, as the online trainer (default: ${DEFAULT-VALUE}).")
    private AnswerBoundary boundary;

    @Option(
            names = "--sft-weight",
            paramLabel = "X",
            defaultValue = "0",
            description =
                    "Weight of the chosen answers' mean negative log-likelihood beside the DPO loss; it keeps sentences"
                            + " whole (default: ${DEFAULT-VALUE}: DPO alone).")
    private double sftWeight;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "16",
            description = "Pairs that go through the model at once (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--accumulate",
            paramLabel = "N",
            defaultValue = "1",
            description = "Batches a step, whose gradients are added up (default: ${DEFAULT-VALUE}).")
    private int accumulate;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description = "Tokens of prompt and answer together (default: the model's positions).")
    private @Nullable Integer maxLength;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Decides the adapter's start and the order of the pairs (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--report", paramLabel = "FILE", description = "Write every step's metrics as JSON.")
    private @Nullable Path report;

    @Override
    public Integer call() {
        PrintWriter progress = spec.commandLine().getOut();
        try {
            TrainSettings settings = new TrainSettings(
                    model,
                    pairs,
                    out,
                    steps,
                    optimizer.config(),
                    lossMix(),
                    desirableWeight,
                    undesirableWeight,
                    boundary,
                    whatLearns.whatLearns(),
                    ReferenceChoice.of(reference),
                    following.refresh(),
                    beta,
                    batch,
                    accumulate,
                    maxLength,
                    seed,
                    report);
            // Before the work, not after it.
            Files.createDirectories(out);
            TrainReport result = new OfflineTraining(settings, progress).run();
            if (report != null) {
                Files.write(
                        report,
                        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(result));
            }
            progress.printf("%s written to %s%n", settings.isFull() ? "model" : "adapter", out);
            return ExitCode.OK;
        } catch (ConfigException | PairsFileException | ModelException e) {
            return fail(ExitCode.USAGE, e.getMessage());
        } catch (DivergedException e) {
            return fail(ExitCode.FAILED, e.getMessage() + ": nothing was written; a lower --lr may help");
        } catch (IOException e) {
            return fail(ExitCode.FAILED, "cannot write: " + e);
        }
    }

    private LossMix lossMix() {
        boolean isRobust = losses.contains(LossType.ROBUST);
        Checks.that(
                labelSmoothing != null || !(isRobust && losses.contains(LossType.SIGMOID)),
                "--label-smoothing",
                "has to be set where both sigmoid and robust take it");
        double smoothing = labelSmoothing != null ? labelSmoothing : isRobust ? ROBUST_SMOOTHING : 0;
        LossMix mix = new LossMix(losses, lossWeights, smoothing, sftWeight);
        // lossWeights is --loss-weights
        mix.requireUsable(name -> "--" + name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
        return mix;
    }

    private int fail(int exitCode, @Nullable String message) {
        spec.commandLine().getErr().println("train: " + message);
        return exitCode;
    }
}
