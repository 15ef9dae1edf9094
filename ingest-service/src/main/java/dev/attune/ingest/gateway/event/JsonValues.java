package dev.attune.ingest.gateway.event;

import com.fasterxml.jackson.databind.JsonNode;

/** What messages show of values, and what a text must not have. */
public final class JsonValues {
    private static final int SHOWN_LENGTH = 60;

    private JsonValues() {}

    /** A value as a message may repeat it: short, and containers only by their kind. */
    public static String shown(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case STRING -> shown(value.textValue());
            case BINARY, BOOLEAN, MISSING, NULL, NUMBER, POJO -> cut(value.toString());
        };
    }

    public static String shown(String text) {
        return "'" + cut(text) + "'";
    }

    public static String cut(String text) {
        return text.length() <= SHOWN_LENGTH ? text : text.substring(0, SHOWN_LENGTH) + "…";
    }

    /** True where half of a surrogate pair stands alone: JSON can escape it, but UTF-8 cannot hold it. */
    public static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (Character.isHighSurrogate(unit)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(unit)) {
                return true;
            }
        }
        return false;
    }
}
