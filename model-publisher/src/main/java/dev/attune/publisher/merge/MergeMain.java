package dev.attune.publisher.merge;

import dev.attune.kit.CommandLines;

/** {@code attune merge}. */
public final class MergeMain {
    private MergeMain() {}

    public static void main(String[] arguments) {
        System.exit(CommandLines.run(new MergeCommand(), arguments));
    }
}
