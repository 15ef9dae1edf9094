package dev.attune.quickstart.demo;

import dev.attune.kit.CommandLines;

/** {@code ./attune demo}. */
public final class DemoMain {
    private DemoMain() {}

    public static void main(String[] arguments) {
        System.exit(CommandLines.run(new DemoCommand(), arguments));
    }
}
