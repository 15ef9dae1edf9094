package dev.attune.quickstart.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** What the demo says while it works: one line each, on standard output. */
final class Progress {
    private static final int BAR_WIDTH = 20;

    private final PrintStream out;
    private final boolean drawsBlocks;
    private final long start = System.nanoTime();

    Progress(PrintStream out) {
        this.out = out;
        // In the POSIX locale a block would come out as a question mark.
        this.drawsBlocks = out.charset().newEncoder().canEncode('█');
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    void starting(String part) {
        say("starting  " + part);
    }

    void say(String message) {
        long seconds = elapsed().toSeconds();
        out.printf(Locale.ROOT, "%d:%02d  %s%n", seconds / 60, seconds % 60, message);
    }

    void measured(Evaluation evaluation, String note) {
        say(String.format(
                Locale.ROOT,
                "served    %-24s  win rate %s %.2f   well-formed %.2f   KL to base %.1f%s",
                evaluation.model().version(),
                bar(evaluation.winRate()),
                evaluation.winRate(),
                evaluation.wellFormed(),
                evaluation.klToBase(),
                note));
    }

    void rejected(String version, String detail) {
        say(String.format(Locale.ROOT, "rejected  %-24s  %s", version, detail));
    }

    void counts(LoopState.Counts counts, long stepsNow, String served) {
        say(String.format(
                Locale.ROOT,
                "learning  events %d   pairs %d   steps %d   checkpoints %d   serving %s%s%s",
                counts.events(),
                counts.pairs(),
                Math.max(stepsNow, counts.steps()),
                counts.checkpoints(),
                served,
                counts.rejected() == 0 ? "" : "   rejected " + counts.rejected(),
                counts.deadLetters() == 0 ? "" : "   dead letters " + reasons(counts.deadLettersByReason())));
    }

    private static String reasons(Map<String, Integer> byReason) {
        return byReason.toString();
    }

    private String bar(double share) {
        int full = (int) Math.round(share * BAR_WIDTH);
        return (drawsBlocks ? "█" : "#").repeat(full) + (drawsBlocks ? "░" : ".").repeat(BAR_WIDTH - full);
    }
}
