package dev.attune.kit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * Completes a parsed file from the {@link Setting} annotations of the record that it is for, and refuses what the record
 * does not know or what has to be set, by its dotted path.
 */
final class SettingDefaults {
    private final ObjectMapper yaml;

    SettingDefaults(ObjectMapper yaml) {
        this.yaml = yaml;
    }

    void complete(ObjectNode node, Class<?> type, String path) {
        RecordComponent[] components = type.getRecordComponents();
        refuseUnknown(node, components, path);
        for (RecordComponent component : components) {
            complete(node, component, path.isEmpty() ? component.getName() : path + "." + component.getName());
        }
    }

    private void complete(ObjectNode node, RecordComponent component, String path) {
        String name = component.getName();
        if (node.path(name).isMissingNode() || node.path(name).isNull()) {
            Setting setting = component.getAnnotation(Setting.class);
            if (setting != null && !setting.byDefault().isEmpty()) {
                node.set(name, parse(setting.byDefault(), path));
            } else if (setting != null && setting.optional()) {
                return;
            } else if (component.getType().isRecord()) {
                node.set(name, yaml.createObjectNode());
            } else {
                throw new ConfigException(path, "has to be set" + (setting == null ? "" : ": " + setting.value()));
            }
        }
        descend(node.path(name), component, path);
    }

    private void descend(JsonNode value, RecordComponent component, String path) {
        if (component.getType().isRecord()) {
            complete(object(value, path), component.getType(), path);
        } else if (component.getType() == List.class
                && elementType(component.getGenericType()).isRecord()) {
            int index = 0;
            for (JsonNode element : value) {
                String at = path + "[" + index++ + "]";
                complete(object(element, at), elementType(component.getGenericType()), at);
            }
        }
    }

    private static ObjectNode object(JsonNode value, String path) {
        if (value instanceof ObjectNode object) {
            return object;
        }
        throw new ConfigException(path, "must be a group of settings, but is '" + value.asText() + "'");
    }

    private static Class<?> elementType(Type list) {
        return list instanceof ParameterizedType parameterized
                        && parameterized.getActualTypeArguments()[0] instanceof Class<?> element
                ? element
                : Object.class;
    }

    private static void refuseUnknown(ObjectNode node, RecordComponent[] components, String path) {
        TreeSet<String> unknown = new TreeSet<>();
        node.fieldNames().forEachRemaining(unknown::add);
        List<String> known =
                Arrays.stream(components).map(RecordComponent::getName).toList();
        known.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            String first = unknown.first();
            throw new ConfigException(
                    path.isEmpty() ? first : path + "." + first,
                    "is not a setting; known here: " + String.join(", ", known));
        }
    }

    private JsonNode parse(String text, String path) {
        try {
            return yaml.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the default of " + path + " is no YAML: " + text, e);
        }
    }
}
