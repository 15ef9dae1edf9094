package dev.attune.ingest.gateway.openapi;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.attune.ingest.gateway.problem.Reason;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Requests that follow from a schema and one example of it: each differs from the example in one place, and the schema says
 * whether it may. What the gateway does with them is what its document promises, or the document is wrong.
 */
public final class DerivedCases {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String UNKNOWN_FIELD = "notInTheDocument";

    private final Contract contract;
    private final JsonNode schema;
    private final ObjectNode example;
    private final List<Case> cases = new ArrayList<>();

    /**
     * A request.
     *
     * @param refusal why it is refused, and where; nothing where it is taken
     */
    public record Case(String name, JsonNode body, Optional<Refusal> refusal) {}

    public record Refusal(Reason reason, String pointer) {}

    private DerivedCases(Contract contract, JsonNode schema, ObjectNode example) {
        this.contract = contract;
        this.schema = schema;
        this.example = example;
    }

    /** @param schema an object's, or one of several that a discriminator chooses from */
    public static List<Case> of(Contract contract, JsonNode schema, ObjectNode example) {
        DerivedCases derived = new DerivedCases(contract, schema, example);
        derived.object("", derived.chosen(contract.resolved(schema), example), example);
        return derived.cases;
    }

    private JsonNode chosen(JsonNode schema, JsonNode value) {
        JsonNode discriminator = schema.path("discriminator");
        if (discriminator.isMissingNode()) {
            return schema;
        }
        String choice = value.path(discriminator.get("propertyName").asText()).asText();
        return contract.resolved(
                contract.at(discriminator.get("mapping").get(choice).asText()));
    }

    private void object(String pointer, JsonNode schema, ObjectNode value) {
        Set<String> required = new TreeSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        for (String name : required) {
            refused(
                    "without " + pointer + "/" + name,
                    without(pointer, name),
                    Reason.MISSING_FIELD,
                    pointer + "/" + name);
        }
        schema.path("dependentRequired")
                .properties()
                .forEach(rule -> rule.getValue().forEach(needed -> {
                    if (value.has(rule.getKey()) && value.has(needed.asText())) {
                        String at = pointer + "/" + needed.asText();
                        refused("without " + at, without(pointer, needed.asText()), Reason.INVALID_FIELD, at);
                    }
                }));
        refused(
                "with an unknown field in " + pointer + "/",
                with(pointer, UNKNOWN_FIELD, NODES.textNode("x")),
                Reason.UNKNOWN_FIELD,
                pointer + "/" + UNKNOWN_FIELD);
        schema.path("properties").properties().forEach(property -> {
            JsonNode field = contract.resolved(property.getValue());
            field(
                    pointer,
                    property.getKey(),
                    field,
                    value.path(property.getKey()),
                    required.contains(property.getKey()));
        });
    }

    private void field(String parent, String name, JsonNode schema, JsonNode value, boolean required) {
        String at = parent + "/" + name;
        if (!required && !schema.path("type").asText().equals("array")) {
            absent(at, parent, name);
        }
        for (JsonNode wrong : wrongValues(schema)) {
            invalid(at, parent, name, wrong);
        }
        for (JsonNode right : namesAnother(name) ? List.<JsonNode>of() : rightValues(schema)) {
            accepted(at + " " + shown(right), with(parent, name, right));
        }
        if (value.isObject()) {
            object(at, schema, (ObjectNode) value);
        } else if (value.isArray()) {
            array(parent, name, schema, (ArrayNode) value);
        }
    }

    /** A null counts as an absent field. Where one of several has to be there, the first of them is asked for. */
    private void absent(String at, String parent, String name) {
        if (contract.errors(schema, without(parent, name)).isEmpty()) {
            accepted(at + " null", with(parent, name, NullNode.instance));
        } else {
            String first = chosen(contract.resolved(schema), example)
                    .at("/anyOf/0/required/0")
                    .asText();
            refused(at + " null", with(parent, name, NullNode.instance), Reason.MISSING_FIELD, "/" + first);
        }
    }

    /** Ids that have to be found elsewhere in the same event: no schema can say so, and one alone cannot be changed. */
    private boolean namesAnother(String name) {
        return example.has("completions") && name.toLowerCase(Locale.ROOT).endsWith("completionid");
    }

    private void array(String parent, String name, JsonNode schema, ArrayNode value) {
        String at = parent + "/" + name;
        JsonNode items = contract.resolved(schema.get("items"));
        int most = schema.get("maxItems").asInt();
        invalid(at, parent, name, repeated(value.get(0), most + 1));
        // Inline completions are named, and a name may be there once.
        if (!items.path("properties").has("completionId")) {
            accepted(at + " as long as it may be", with(parent, name, repeated(value.get(0), most)));
        }
        if (schema.path("minItems").asInt() > 0) {
            invalid(at, parent, name, NODES.arrayNode());
        }
        if (items.has("oneOf")) {
            // The items of a batch are answered one by one, and are the requests of other operations.
            return;
        }
        if (value.get(0).isObject()) {
            object(at + "/0", items, (ObjectNode) value.get(0));
        } else {
            for (JsonNode wrong : wrongValues(items)) {
                refused(
                        at + "/0 " + shown(wrong),
                        with(parent, name, NODES.arrayNode().add(wrong)),
                        Reason.INVALID_FIELD,
                        at + "/0");
            }
        }
    }

    private static List<JsonNode> wrongValues(JsonNode schema) {
        List<JsonNode> wrong = new ArrayList<>();
        String type = schema.has("const") ? "string" : schema.path("type").asText();
        wrong.add(type.equals("object") || type.equals("array") ? NODES.textNode("x") : NODES.objectNode());
        if (type.equals("string")) {
            wrong.add(NODES.numberNode(17));
        }
        if (schema.has("enum") || schema.has("const")) {
            wrong.add(NODES.textNode("sideways"));
        }
        if (schema.has("maxLength")) {
            wrong.add(NODES.textNode("a".repeat(schema.get("maxLength").asInt() + 1)));
        }
        if (schema.path("minLength").asInt() > 0) {
            wrong.add(NODES.textNode(""));
        }
        if (schema.has("pattern")) {
            Stream.of("a/b c", "a\u0001b")
                    .filter(text -> !text.matches(schema.get("pattern").asText()))
                    .forEach(text -> wrong.add(NODES.textNode(text)));
        }
        if (schema.path("format").asText().equals("date-time")) {
            wrong.add(NODES.textNode("yesterday"));
        }
        if (schema.has("maximum")) {
            wrong.add(moved(schema.get("maximum"), 1));
        }
        if (schema.has("minimum")) {
            wrong.add(moved(schema.get("minimum"), -1));
        }
        return wrong;
    }

    private static List<JsonNode> rightValues(JsonNode schema) {
        List<JsonNode> right = new ArrayList<>();
        schema.path("enum").forEach(right::add);
        schema.path("examples").forEach(right::add);
        if (schema.has("maxLength")) {
            right.add(TextNode.valueOf("a".repeat(schema.get("maxLength").asInt())));
        }
        if (schema.path("type").asText().equals("boolean")) {
            right.add(BooleanNode.TRUE);
            right.add(BooleanNode.FALSE);
        }
        if (schema.has("maximum")) {
            right.add(schema.get("maximum"));
        }
        if (schema.has("minimum")) {
            right.add(schema.get("minimum"));
        }
        return right;
    }

    private static JsonNode moved(JsonNode bound, int by) {
        return bound.isIntegralNumber()
                ? BigIntegerNode.valueOf(bound.bigIntegerValue().add(BigInteger.valueOf(by)))
                : DoubleNode.valueOf(bound.doubleValue() + by);
    }

    private static ArrayNode repeated(JsonNode item, int times) {
        ArrayNode array = NODES.arrayNode(times);
        for (int i = 0; i < times; i++) {
            array.add(item);
        }
        return array;
    }

    private void invalid(String at, String parent, String name, JsonNode wrong) {
        refused(at + " " + shown(wrong), with(parent, name, wrong), Reason.INVALID_FIELD, at);
    }

    private void refused(String name, JsonNode body, Reason reason, String pointer) {
        cases.add(new Case(name + ": " + reason.tag(), body, Optional.of(new Refusal(reason, pointer))));
    }

    private void accepted(String name, JsonNode body) {
        cases.add(new Case(name + ": accepted", body, Optional.empty()));
    }

    private JsonNode with(String pointer, String name, JsonNode value) {
        ObjectNode body = example.deepCopy();
        ((ObjectNode) body.at(JsonPointer.compile(pointer))).set(name, value);
        return body;
    }

    private JsonNode without(String pointer, String name) {
        ObjectNode body = example.deepCopy();
        ((ObjectNode) body.at(JsonPointer.compile(pointer))).remove(name);
        return body;
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= 40 ? text : text.substring(0, 40) + "… (" + text.length() + ")";
    }
}
