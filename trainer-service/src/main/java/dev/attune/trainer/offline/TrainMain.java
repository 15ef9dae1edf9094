package dev.attune.trainer.offline;

import dev.attune.kit.CommandLines;

/** {@code attune train}. */
public final class TrainMain {
    private TrainMain() {}

    public static void main(String[] arguments) {
        System.exit(CommandLines.run(new TrainCommand(), arguments));
    }
}
