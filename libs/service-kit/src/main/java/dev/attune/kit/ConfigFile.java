package dev.attune.kit;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads a YAML file into a configuration record. {@code ${NAME}} takes a value from the environment and
 * {@code ${NAME:-text}} has a default, so that secrets need not stand in the file.
 */
public final class ConfigFile {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

    private static final ObjectMapper YAML = YAMLMapper.builder()
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .addModule(new SimpleModule().addDeserializer(Duration.class, new DurationDeserializer()))
            .build();

    private ConfigFile() {}

    /**
     * Reads {@code file} as a {@code type}.
     *
     * @throws ConfigException naming the file and the setting, if anything in it cannot be used
     */
    public static <T extends Record> T load(Path file, Class<T> type) {
        try {
            return parse(Files.readString(file), type, System.getenv());
        } catch (ConfigException e) {
            throw e.within(file.toString());
        } catch (IOException e) {
            throw new ConfigException(file.toString(), "cannot be read: " + e);
        }
    }

    static <T extends Record> T parse(String text, Class<T> type, Map<String, String> environment) {
        try {
            JsonNode root = YAML.readTree(withVariables(text, environment));
            if (root.isMissingNode() || root.isNull()) {
                root = YAML.createObjectNode();
            }
            if (!(root instanceof ObjectNode settings)) {
                throw new ConfigException("file", "must hold settings, one a line: `name: value`");
            }
            new SettingDefaults(YAML).complete(settings, type, "");
            return YAML.treeToValue(settings, type);
        } catch (JsonMappingException e) {
            throw refusal(e);
        } catch (JsonProcessingException e) {
            throw new ConfigException(
                    "line " + (e.getLocation() == null ? "?" : e.getLocation().getLineNr()),
                    "is no YAML: " + e.getOriginalMessage());
        }
    }

    private static ConfigException refusal(JsonMappingException e) {
        String path = e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining());
        String setting = path.startsWith(".") ? path.substring(1) : path;
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ConfigException refused) {
                return refused.within(setting);
            }
        }
        if (e instanceof InvalidFormatException wrong && wrong.getTargetType().isEnum()) {
            String names = Arrays.stream(wrong.getTargetType().getEnumConstants())
                    .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", "));
            return new ConfigException(setting, "must be one of " + names + ", but is '" + wrong.getValue() + "'");
        }
        String problem = e.getOriginalMessage().replaceAll("\\R.*", "");
        return new ConfigException(setting.isEmpty() ? "file" : setting, problem);
    }

    private static String withVariables(String text, Map<String, String> environment) {
        return VARIABLE.matcher(text).replaceAll(match -> {
            String value = environment.get(match.group(1));
            if (value == null && match.group(2) == null) {
                throw new ConfigException(
                        "${" + match.group(1) + "}", "the environment has no variable " + match.group(1) + ": set it");
            }
            return Matcher.quoteReplacement(value == null ? match.group(2) : value);
        });
    }

    /** {@link Durations} for Jackson. */
    private static final class DurationDeserializer extends StdScalarDeserializer<Duration> {
        DurationDeserializer() {
            super(Duration.class);
        }

        @Override
        public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = parser.getText();
            try {
                return Durations.parse(text);
            } catch (IllegalArgumentException e) {
                throw context.weirdStringException(text, Duration.class, e.getMessage());
            }
        }
    }
}
