package dev.attune.ingest.gateway.privacy;

import java.util.List;
import java.util.Locale;

/** Prints what redaction costs by 100 characters: a program, no test. */
public final class RedactionBench {
    private static final int ROUNDS = 5;
    private static final int REPEATS = 20_000;

    private RedactionBench() {}

    public static void main(String[] arguments) {
        RedactionSettings all = new RedactionSettings(List.of(Kind.values()), "DE");
        String plain =
                "How can I reset my password? I have tried the link in the settings, but it does not work. ".repeat(5);
        measure("prose", plain, all);
        measure("prose with some numbers", (plain + "It cost 12.50 in 2024. ").repeat(2), all);
        measure(
                "code",
                "for (int i = 0; i < 100; i++) { sum += values[i] * 2.5; } // v1.2.3 @Override\n".repeat(5),
                all);
        measure(
                "five addresses",
                "Jane jane@example.org 0171 1234567 from 192.0.2.7, DE89370400440532013000. ".repeat(5),
                all);
        measure("hostile digits", "01 02 03 04 05 06 ".repeat(25), all);
    }

    private static void measure(String name, String text, RedactionSettings settings) {
        Redactor redactor = new Redactor(_ -> {});
        double best = Double.MAX_VALUE;
        int sink = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            for (int i = 0; i < REPEATS; i++) {
                sink += redactor.redact(text, settings).text().length();
            }
            best = Math.min(best, (System.nanoTime() - begin) / (double) REPEATS);
        }
        System.out.printf(
                Locale.ROOT, "%-24s %8.3f us per 100 characters (%d)%n", name, best / 10 / text.length(), sink & 1);
    }
}
