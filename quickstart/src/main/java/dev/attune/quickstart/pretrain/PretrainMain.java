package dev.attune.quickstart.pretrain;

import dev.attune.kit.CommandLines;

/** Entry point of {@code attune pretrain}. */
public final class PretrainMain {
    private PretrainMain() {}

    /** Runs {@link PretrainCommand} and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(CommandLines.run(new PretrainCommand(), arguments));
    }
}
