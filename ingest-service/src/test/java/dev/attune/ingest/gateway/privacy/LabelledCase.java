package dev.attune.ingest.gateway.privacy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of {@code redaction/cases.txt}: a text and what is to be found in it.
 *
 * @param region the tenant's phone region, or nothing
 */
record LabelledCase(String region, String text, List<Span> spans) {
    private static final Pattern LABEL = Pattern.compile("\\{\\{([A-Z]+):(.*?)}}");

    static List<LabelledCase> all() {
        try (InputStream in = Objects.requireNonNull(LabelledCase.class.getResourceAsStream("/redaction/cases.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(LabelledCase::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LabelledCase of(String line) {
        String region = line.substring(0, line.indexOf('|'));
        String labelled = line.substring(line.indexOf('|') + 1).replace("\\n", "\n");
        Matcher label = LABEL.matcher(labelled);
        StringBuilder text = new StringBuilder();
        List<Span> spans = new ArrayList<>();
        int from = 0;
        while (label.find()) {
            text.append(labelled, from, label.start());
            int start = text.length();
            text.append(label.group(2));
            spans.add(new Span(Kind.valueOf(label.group(1)), start, text.length()));
            from = label.end();
        }
        text.append(labelled, from, labelled.length());
        return new LabelledCase(region.equals("-") ? "" : region, text.toString(), spans);
    }

    RedactionSettings settings() {
        return new RedactionSettings(List.of(Kind.values()), region);
    }
}
