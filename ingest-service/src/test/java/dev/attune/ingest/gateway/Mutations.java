package dev.attune.ingest.gateway;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Requests that were right once. A seed always gives the same one. */
final class Mutations {
    private static final List<String> TOKENS = List.of(
            "\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\\",
            "\\u0000",
            "\\ud800",
            "\r\n",
            "\r\n\r\n",
            "\u0000",
            "\u00ff",
            "%00",
            "../",
            "null",
            "-1",
            "1e999",
            "99999999999999999999",
            "Transfer-Encoding: chunked\r\n",
            "Content-Length: 3\r\n",
            "0\r\n\r\n",
            "HTTP/1.0",
            " ",
            "\t");

    private Mutations() {}

    static byte[] of(long seed) {
        Random random = new Random(seed);
        byte[] right = switch (random.nextInt(4)) {
            case 0 -> HostileCases.post("/v1/feedback", HostileCases.THUMB);
            case 1 -> HostileCases.post("/v1/completions", HostileCases.COMPLETION);
            case 2 -> HostileCases.post("/v1/batch", HostileCases.BATCH);
            default -> "GET /health/live HTTP/1.1\r\nHost: gateway\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        };
        String text = new String(right, StandardCharsets.ISO_8859_1);
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes && !text.isEmpty(); i++) {
            text = change(text, random);
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String change(String text, Random random) {
        int from = random.nextInt(text.length());
        int to = Math.min(text.length(), from + random.nextInt(1 + random.nextInt(60)));
        return switch (random.nextInt(6)) {
            case 0 -> text.substring(0, from) + text.substring(to);
            case 1 -> text.substring(0, to) + text.substring(from);
            case 2 -> text.substring(0, from) + TOKENS.get(random.nextInt(TOKENS.size())) + text.substring(from);
            case 3 -> text.substring(0, from) + (char) random.nextInt(256) + text.substring(from + 1);
            case 4 -> text.substring(0, from);
            default ->
                text.substring(0, from) + text.substring(from, to).repeat(1 + random.nextInt(200)) + text.substring(to);
        };
    }
}
