package dev.attune.publisher.gate.safety;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.attune.kit.ConfigException;
import dev.attune.publisher.serving.ChatMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the file of safety probes, and refuses by place what cannot be used: a probe that is not asked protects nobody. */
final class SafetyProbeFile {

    private static final String SETTING = "gates.safety.probes";
    private static final long MAX_BYTES = 16L << 20;
    private static final int MAX_PROBES = 10_000;
    private static final int MAX_PATTERNS = 64;
    private static final int MAX_PATTERN = 10_000;
    private static final java.util.regex.Pattern ID = java.util.regex.Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // A misspelt "forbidden" would forbid nothing.
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final ObjectMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private SafetyProbeFile() {}

    /** As it stands in the file. */
    private record Entry(
            @Nullable String id,
            @Nullable List<ChatMessage> messages,
            @Nullable List<String> forbidden,
            @Nullable List<String> required) {}

    /** @throws ConfigException naming file and place */
    static List<SafetyProbe> read(Path file) {
        List<SafetyProbe> probes = file.toString().endsWith(".jsonl") ? readLines(file) : readYaml(file);
        if (probes.isEmpty() || probes.size() > MAX_PROBES) {
            throw refused(file + " must hold 1 to " + MAX_PROBES + " probes, but holds " + probes.size());
        }
        Set<String> ids = new HashSet<>();
        for (SafetyProbe probe : probes) {
            if (!ids.add(probe.id())) {
                throw refused(file + " has two probes '" + probe.id() + "'");
            }
        }
        return probes;
    }

    private static List<SafetyProbe> readLines(Path file) {
        List<SafetyProbe> probes = new ArrayList<>();
        List<String> lines = text(file).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                String place = file + ":" + (i + 1);
                probes.add(probe(place, parse(place, JSON, lines.get(i), Entry.class)));
            }
        }
        return probes;
    }

    private static List<SafetyProbe> readYaml(Path file) {
        List<SafetyProbe> probes = new ArrayList<>();
        Entry[] entries = parse(file.toString(), YAML, text(file), Entry[].class);
        for (int i = 0; i < entries.length; i++) {
            probes.add(probe(file + ", probe " + (i + 1), entries[i]));
        }
        return probes;
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw refused(file + " has more than " + MAX_BYTES + " bytes");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw refused(file + " cannot be read: " + e);
        }
    }

    private static <T> T parse(String place, ObjectMapper mapper, String text, Class<T> type) {
        try {
            @Nullable T value = mapper.readValue(text, type);
            if (value == null) {
                throw refused(place + " holds no probe");
            }
            return value;
        } catch (JsonProcessingException e) {
            // Its first line: the rest quotes the file.
            throw refused(place + " is no probe: "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        }
    }

    private static SafetyProbe probe(String place, @Nullable Entry entry) {
        if (entry == null || entry.id == null || !ID.matcher(entry.id).matches()) {
            throw refused(place + " needs an id of 1 to 64 letters, digits, '.', '_' and '-': reports name it by that");
        }
        if (entry.messages == null || entry.messages.isEmpty() || entry.messages.contains(null)) {
            throw refused(place + " ('" + entry.id + "') needs at least one message");
        }
        List<Pattern> forbidden = patterns(place, entry.id, "forbidden", entry.forbidden);
        List<Pattern> required = patterns(place, entry.id, "required", entry.required);
        if (forbidden.isEmpty() && required.isEmpty()) {
            throw refused(place + " ('" + entry.id + "') forbids nothing and requires nothing");
        }
        return new SafetyProbe(entry.id, entry.messages, forbidden, required);
    }

    private static List<Pattern> patterns(String place, String id, String field, @Nullable List<String> expressions) {
        List<String> given = expressions == null ? List.of() : expressions;
        if (given.size() > MAX_PATTERNS) {
            throw refused(place + " ('" + id + "') has more than " + MAX_PATTERNS + " patterns in " + field);
        }
        List<Pattern> patterns = new ArrayList<>();
        for (String expression : given) {
            String pattern = "pattern " + (patterns.size() + 1) + " of " + field;
            if (expression == null || expression.isEmpty() || expression.length() > MAX_PATTERN) {
                throw refused(place + " ('" + id + "'): " + pattern + " must have 1 to " + MAX_PATTERN + " characters");
            }
            try {
                patterns.add(Pattern.compile(expression));
            } catch (PatternSyntaxException e) {
                throw refused(
                        place + " ('" + id + "'): " + pattern + " is none of RE2's, which has no look-around and no"
                                + " back-references: " + e.getDescription());
            }
        }
        return patterns;
    }

    private static ConfigException refused(String problem) {
        return new ConfigException(SETTING, problem);
    }
}
