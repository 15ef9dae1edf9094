package dev.attune.ingest.gateway.event;

import static dev.attune.ingest.gateway.event.JsonValues.cut;
import static dev.attune.ingest.gateway.event.JsonValues.hasLoneSurrogate;
import static dev.attune.ingest.gateway.event.JsonValues.shown;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.ingest.gateway.problem.FieldProblem;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one JSON object and collects what is wrong with them, so that a client learns of all its mistakes at
 * once. A field with a problem reads as a placeholder: {@link #refuse()} has to be called before anything is done with the values.
 */
public final class JsonFields {
    /** A body that has more problems than this has been shown enough. */
    private static final int MOST_PROBLEMS = 20;

    private static final Pattern UUID_FORM = Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final long MOST_MINUTES_AHEAD = 10;

    private final JsonNode node;
    private final String pointer;
    private final List<FieldProblem> problems;
    private final int mostTextCharacters;
    private final Set<String> known = new LinkedHashSet<>();

    private JsonFields(JsonNode node, String pointer, List<FieldProblem> problems, int mostTextCharacters) {
        this.node = node;
        this.pointer = pointer;
        this.problems = problems;
        this.mostTextCharacters = mostTextCharacters;
    }

    /** @param mostTextCharacters how many characters (UTF-16 units) each of a person's texts may have */
    public static JsonFields of(ObjectNode root, int mostTextCharacters) {
        return new JsonFields(root, "", new ArrayList<>(), mostTextCharacters);
    }

    /** An id of the client's: see {@link Ids#RULE}. */
    public String id(String name) {
        JsonNode value = required(name);
        return value == null ? "" : legalId(name, value);
    }

    @Nullable
    public String optionalId(String name) {
        JsonNode value = optional(name);
        return value == null ? null : legalId(name, value);
    }

    private String legalId(String name, JsonNode value) {
        String id = string(name, value);
        if (value.isTextual() && !Ids.isLegal(id)) {
            invalid(name, "must have " + Ids.RULE + ", but is " + shown(id));
        }
        return id;
    }

    /** A UUID in its usual form, in lower case. */
    @Nullable
    public String optionalUuid(String name) {
        JsonNode value = optional(name);
        if (value == null) {
            return null;
        }
        String text = string(name, value);
        if (!UUID_FORM.matcher(text).matches()) {
            if (value.isTextual()) {
                invalid(name, "must be a UUID such as 0190d1f2-3c4b-7a5d-8e6f-0123456789ab, but is " + shown(text));
            }
            return null;
        }
        return UUID.fromString(text).toString();
    }

    public String uuid(String name) {
        required(name);
        String uuid = optionalUuid(name);
        return uuid == null ? "" : uuid;
    }

    /** A person's words: any text, also an empty one. */
    public String text(String name) {
        JsonNode value = required(name);
        return value == null ? "" : words(name, value);
    }

    public String optionalText(String name, String byDefault) {
        JsonNode value = optional(name);
        return value == null ? byDefault : words(name, value);
    }

    private String words(String name, JsonNode value) {
        String text = string(name, value);
        if (text.length() > mostTextCharacters) {
            invalid(
                    name,
                    "must have at most " + mostTextCharacters + " characters, but has " + text.length()
                            + ": send less text");
        }
        return text;
    }

    /** How the product names a user: any text of 1 to 256 characters without control characters. */
    @Nullable
    public String optionalUser(String name) {
        JsonNode value = optional(name);
        if (value == null) {
            return null;
        }
        String user = string(name, value);
        if (value.isTextual()
                && (user.isBlank() || user.length() > 256 || user.chars().anyMatch(Character::isISOControl))) {
            invalid(name, "must have 1 to 256 characters, not only blanks, no control characters");
        }
        return user;
    }

    public String user(String name) {
        required(name);
        String user = optionalUser(name);
        return user == null ? "" : user;
    }

    /** One of an enum's names in any case, UNKNOWN excepted; {@code placeholder} when there is none or a wrong one. */
    public <E extends Enum<E>> E choice(String name, Class<E> type, E placeholder, Set<E> allowed) {
        required(name);
        E choice = optionalChoice(name, type, allowed);
        return choice == null ? placeholder : choice;
    }

    /** As {@link #choice}, or null where the field is absent. */
    public <E extends Enum<E>> @Nullable E optionalChoice(String name, Class<E> type, Set<E> allowed) {
        JsonNode value = optional(name);
        if (value == null) {
            return null;
        }
        for (E one : allowed) {
            if (value.isTextual() && one.name().equalsIgnoreCase(value.textValue())) {
                return one;
            }
        }
        List<String> names = Arrays.stream(type.getEnumConstants())
                .filter(allowed::contains)
                .map(one -> one.name().toLowerCase(Locale.ROOT))
                .toList();
        invalid(name, "must be one of " + String.join(", ", names) + ", but is " + shown(value));
        return null;
    }

    /** An instant in ISO 8601 with its offset; at most ten minutes ahead, since the newest vote of a user counts. */
    @Nullable
    public Instant optionalInstant(String name, Instant now) {
        JsonNode value = optional(name);
        if (value == null) {
            return null;
        }
        try {
            Instant instant = Instant.parse(string(name, value)).truncatedTo(ChronoUnit.MILLIS);
            if (!isPlausible(instant, now)) {
                invalid(
                        name,
                        "must lie between the year 2000 and " + MOST_MINUTES_AHEAD + " minutes from now, but is "
                                + shown(value));
            }
            return instant;
        } catch (DateTimeException e) {
            if (value.isTextual()) {
                invalid(name, "must be a time such as 2026-11-23T08:40:00.000Z, but is " + shown(value));
            }
            return null;
        }
    }

    /** Whether a clock may say this: not before the year 2000, and at most ten minutes ahead of ours. */
    static boolean isPlausible(Instant time, Instant now) {
        return !time.isBefore(EARLIEST) && !time.isAfter(now.plus(MOST_MINUTES_AHEAD, ChronoUnit.MINUTES));
    }

    @Nullable
    public Double optionalNumber(String name, double least, double most) {
        JsonNode value = optional(name);
        return value == null ? null : number(pointer(name), value, least, most);
    }

    @Nullable
    public Long optionalInteger(String name, long least, long most) {
        JsonNode value = optional(name);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            invalid(name, "must be a whole number from " + least + " to " + most + ", but is " + shown(value));
            return null;
        }
        return value.longValue();
    }

    public boolean optionalBoolean(String name, boolean byDefault) {
        Boolean flag = optionalFlag(name);
        return flag == null ? byDefault : flag;
    }

    /** True, false, or null where the field is absent. */
    @Nullable
    public Boolean optionalFlag(String name) {
        JsonNode value = optional(name);
        if (value == null) {
            return null;
        }
        if (!value.isBoolean()) {
            invalid(name, "must be true or false, but is " + shown(value));
        }
        return value.booleanValue();
    }

    /** A list of numbers, or null where the field is absent. */
    @Nullable
    public List<Float> optionalNumbers(String name, double least, double most, int mostEntries) {
        JsonNode array = optional(name);
        if (array == null || !isArray(name, array, mostEntries)) {
            return null;
        }
        List<Float> numbers = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            Double number = number(pointer(name) + "/" + i, array.get(i), least, most);
            numbers.add(number == null ? 0f : number.floatValue());
        }
        return numbers;
    }

    /** A nested object, or null where the field is absent. Its problems are collected here too. */
    @Nullable
    public JsonFields optionalObject(String name) {
        JsonNode value = optional(name);
        if (value == null) {
            return null;
        }
        if (!value.isObject()) {
            invalid(name, "must be an object, but is " + shown(value));
            return null;
        }
        return new JsonFields(value, pointer(name), problems, mostTextCharacters);
    }

    /** A list of at least one object, or an empty one where the field is absent. */
    public List<JsonFields> optionalObjects(String name, int mostEntries) {
        return optional(name) == null ? List.of() : objects(name, mostEntries);
    }

    /** A list of at least one object. */
    public List<JsonFields> objects(String name, int mostEntries) {
        JsonNode array = required(name);
        if (array == null || !isArray(name, array, mostEntries)) {
            return List.of();
        }
        if (array.isEmpty()) {
            invalid(name, "must have at least one entry");
        }
        List<JsonFields> objects = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            String at = pointer(name) + "/" + i;
            if (array.get(i).isObject()) {
                objects.add(new JsonFields(array.get(i), at, problems, mostTextCharacters));
            } else {
                problem(Reason.INVALID_FIELD, at, "must be an object, but is " + shown(array.get(i)));
            }
        }
        return objects;
    }

    /** Says that a field, though well-formed, does not fit. */
    public void invalid(String name, String detail) {
        problem(Reason.INVALID_FIELD, pointer(name), detail);
    }

    /** Says that a field which is needed only sometimes is needed here. */
    public void missing(String name, String detail) {
        problem(Reason.MISSING_FIELD, pointer(name), detail);
    }

    /** Reports the fields that nobody asked for; to be called after all others were read. */
    public void refuseUnknown() {
        for (String name : (Iterable<String>) node::fieldNames) {
            if (!known.contains(name)) {
                problem(
                        Reason.UNKNOWN_FIELD,
                        pointer(name),
                        "is not known here; known are: " + String.join(", ", known));
            }
        }
    }

    /** @throws Rejected if anything was wrong, here or in a nested object */
    public void refuse() {
        if (!problems.isEmpty()) {
            throw Rejected.of(problems);
        }
    }

    private @Nullable JsonNode required(String name) {
        JsonNode value = optional(name);
        if (value == null) {
            problem(Reason.MISSING_FIELD, pointer(name), "is missing: it has to be sent");
        }
        return value;
    }

    /** An explicit null is an absent field. */
    private @Nullable JsonNode optional(String name) {
        known.add(name);
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    private String string(String name, JsonNode value) {
        if (!value.isTextual()) {
            invalid(name, "must be a string, but is " + shown(value));
            return "";
        }
        String text = value.textValue();
        if (hasLoneSurrogate(text)) {
            invalid(name, "has half of a surrogate pair, which is no character: escape both halves");
        }
        return text;
    }

    private @Nullable Double number(String at, JsonNode value, double least, double most) {
        if (!value.isNumber() || !(value.doubleValue() >= least && value.doubleValue() <= most)) {
            problem(
                    Reason.INVALID_FIELD,
                    at,
                    "must be a number from " + least + " to " + most + ", but is " + shown(value));
            return null;
        }
        return value.doubleValue();
    }

    private boolean isArray(String name, JsonNode value, int mostEntries) {
        if (!value.isArray()) {
            invalid(name, "must be a list, but is " + shown(value));
            return false;
        }
        if (value.size() > mostEntries) {
            invalid(name, "must have at most " + mostEntries + " entries, but has " + value.size());
            return false;
        }
        return true;
    }

    private void problem(Reason reason, String at, String detail) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(new FieldProblem(reason, at, detail));
        }
    }

    /** A field of the outermost object as a JSON pointer. */
    public static String pointerTo(String name) {
        return "/" + cut(name).replace("~", "~0").replace("/", "~1");
    }

    private String pointer(String name) {
        return pointer + pointerTo(name);
    }
}
