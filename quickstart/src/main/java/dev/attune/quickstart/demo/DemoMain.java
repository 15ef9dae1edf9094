package dev.attune.quickstart.demo;

import dev.attune.kit.CommandLines;

/** {@code ./attune demo}. */
public final class DemoMain {
    private DemoMain() {}

    public static void main(String[] arguments) {
        // The broker in this process warns about what is normal for a fresh cluster; the demo's own lines are what
        // counts.
        System.setProperty("attune.log.root", "ERROR");
        System.exit(CommandLines.run(new DemoCommand(), arguments));
    }
}
