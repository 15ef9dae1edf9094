package dev.attune.trainer.model;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses what Jinjava and Python's Jinja render differently without an error: methods of values (Java's, not
 * Python's), unknown filters (Jinjava renders nothing), slices with a step, and {@code and} / {@code or} as values
 * (Jinjava gives a boolean, Python an operand). What is not known to agree is refused.
 */
final class ChatTemplateChecks {
    private static final Pattern COMMENT = Pattern.compile("\\{#.*?#}", Pattern.DOTALL);
    private static final Pattern TAG = Pattern.compile("\\{([{%])[-+]?(.*?)[-+]?[}%]}", Pattern.DOTALL);
    private static final Pattern STRING = Pattern.compile("'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern METHOD = Pattern.compile("\\.\\s*(\\w+)\\s*\\(");
    private static final Pattern FILTER = Pattern.compile("\\|\\s*(\\w+)");
    private static final Pattern TEST = Pattern.compile("\\bis\\s+(?:not\\s+)?(\\w+)");
    private static final Pattern LOOP = Pattern.compile("\\bloop\\s*\\.\\s*(\\w+)");
    private static final Pattern SLICE_WITH_STEP = Pattern.compile("\\[[^\\[\\]]*:[^\\[\\]]*:[^\\[\\]]*]");
    private static final Pattern LOGIC = Pattern.compile("\\b(?:and|or)\\b");
    private static final Pattern INLINE_IF = Pattern.compile("\\bif\\b");

    private static final Set<String> METHODS = Set.of("items");
    private static final Set<String> FILTERS = Set.of("trim", "length", "count", "first", "last");
    private static final Set<String> TESTS = Set.of("defined", "undefined", "none", "string", "mapping", "iterable");
    private static final Set<String> LOOP_FIELDS = Set.of("index", "index0", "first", "last", "length");

    private ChatTemplateChecks() {}

    /** @throws ModelException naming the first thing that is not supported */
    static void refuseWhatDiffers(String source) {
        Matcher tag = TAG.matcher(COMMENT.matcher(source).replaceAll(""));
        while (tag.find()) {
            String code = STRING.matcher(tag.group(2)).replaceAll("''");
            Matcher slice = SLICE_WITH_STEP.matcher(code);
            if (slice.find()) {
                throw notSupported("the slice " + slice.group());
            }
            requireKnown(METHOD, code, METHODS, "the method ");
            requireKnown(FILTER, code, FILTERS, "the filter ");
            requireKnown(TEST, code, TESTS, "the test ");
            requireKnown(LOOP, code, LOOP_FIELDS, "loop.");
            boolean isValue = tag.group(1).equals("{") || code.strip().startsWith("set");
            if (isValue
                    && LOGIC.matcher(code).find()
                    && !INLINE_IF.matcher(code).find()) {
                throw notSupported(
                        "'and' or 'or' as a value in '" + tag.group(2).strip() + "'");
            }
        }
    }

    private static void requireKnown(Pattern use, String code, Set<String> known, String kind) {
        Matcher matcher = use.matcher(code);
        while (matcher.find()) {
            if (!known.contains(matcher.group(1))) {
                throw notSupported(kind + matcher.group(1));
            }
        }
    }

    private static ModelException notSupported(String what) {
        return new ModelException(
                "chat_template: " + what + " is not supported: it may render otherwise than in Python");
    }
}
