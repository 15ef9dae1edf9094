package dev.attune.quickstart.pretrain;

import dev.attune.kit.Checks;
import dev.attune.kit.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code attune pretrain}: makes the demo's model again. */
@Command(
        name = "pretrain",
        mixinStandardHelpOptions = true,
        description = "Makes the demo's model: corpus, tokenizer, training, figures, model card. Takes some minutes.")
@SuppressWarnings("NullAway.Init") // picocli sets the options.
final class PretrainCommand implements Callable<Integer> {
    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the model directory goes.")
    private Path out;

    @Option(names = "--steps", paramLabel = "N", description = "Training steps (default: 2200).")
    private int steps = PretrainConfig.DEFAULTS.steps();

    @Option(names = "--dialogues", paramLabel = "N", description = "Dialogues in the corpus (default: 70400).")
    private int dialogues = PretrainConfig.DEFAULTS.dialogues();

    @Option(names = "--evaluate", paramLabel = "N", description = "Answers a figure, 0 for none (default: 200).")
    private int evaluated = PretrainConfig.DEFAULTS.evaluated();

    @Option(names = "--seed", paramLabel = "N", description = "Seed of everything random (default: 1).")
    private long seed = PretrainConfig.DEFAULTS.seed();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Checks.that(!Files.exists(out) || Files.isDirectory(out), "--out", out + " is not a directory");
        PretrainConfig config = PretrainConfig.DEFAULTS.with(steps, dialogues, evaluated, seed);
        PrintWriter console = spec.commandLine().getOut();
        List<Evaluation.Figures> figures = new Pretrainer(config, line -> {
                    console.println(line);
                    console.flush();
                })
                .run(out);
        if (!figures.isEmpty()) {
            console.println("| questions | answers | well-formed | right topic | right slots | liked |");
            figures.forEach(row -> console.println(ModelCard.row(row)));
        }
        console.println("wrote " + out);
        console.flush();
        return ExitCode.OK;
    }
}
