package dev.attune.trainer.model;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import org.jspecify.annotations.Nullable;

/** The filter {@code trim} as Python's {@code str.strip()}: Jinjava's own knows ASCII whitespace only. */
final class PythonTrim implements Filter {
    private static final String WHITESPACE =
            "\t\n\u000b\f\r\u001c\u001d\u001e\u001f \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000";

    @Override
    public String getName() {
        return "trim";
    }

    @Override
    public @Nullable Object filter(@Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
        if (value == null) {
            return null;
        }
        String text = value.toString();
        int start = 0;
        int end = text.length();
        while (start < end && isWhitespace(text.charAt(start))) {
            start++;
        }
        while (end > start && isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isWhitespace(char c) {
        return WHITESPACE.indexOf(c) >= 0 || (c >= '\u2000' && c <= '\u200a');
    }
}
