package dev.attune.ingest.gateway.openapi;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The OpenAPI document as tests use it: its operations, and its schemas as validators. */
public final class Contract {
    private static final List<String> METHODS = List.of("get", "post", "put", "delete", "patch");

    private final ObjectNode root;
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final Map<String, Schema> validators = new HashMap<>();

    private Contract(ObjectNode root) {
        this.root = root;
    }

    /** What is served, read from where it is served from. */
    public static Contract read() {
        try (InputStream in = Contract.class.getResourceAsStream("openapi.yaml")) {
            return new Contract((ObjectNode) new YAMLMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A documented method of a path.
     *
     * @param pointer where in the document it stands
     */
    public record Operation(String method, String path, JsonNode node, String pointer) {
        /** True where a request that was sent is one of this operation. */
        public boolean takes(String sentMethod, String sentPath) {
            return method.equals(sentMethod) && sentPath.matches(path.replaceAll("\\{[^}]+}", "[^/]+"));
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    public ObjectNode root() {
        return root;
    }

    public List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        root.path("paths")
                .properties()
                .forEach(path -> METHODS.stream()
                        .filter(path.getValue()::has)
                        .forEach(method -> operations.add(new Operation(
                                method.toUpperCase(Locale.ROOT),
                                path.getKey(),
                                path.getValue().get(method),
                                "/paths/" + escaped(path.getKey()) + "/" + method))));
        return operations;
    }

    /** The operation that a request is of. Paths without parameters come first, as in the server. */
    public Optional<Operation> operation(String method, String path) {
        String withoutQuery = path.replaceAll("[?#].*", "");
        return operations().stream()
                .filter(one -> one.takes(method, withoutQuery))
                .findFirst();
    }

    /** A node, behind all references; what stands beside a reference is added to what it refers to. */
    public JsonNode resolved(JsonNode node) {
        if (!node.has("$ref")) {
            return node;
        }
        ObjectNode merged = resolved(at(node.get("$ref").asText())).deepCopy();
        node.properties().stream()
                .filter(field -> !field.getKey().equals("$ref"))
                .forEach(field -> merged.set(field.getKey(), field.getValue()));
        return merged;
    }

    /** @param reference {@code #/components/…} */
    public JsonNode at(String reference) {
        JsonNode found = root.at(JsonPointer.compile(reference.substring(1)));
        if (found.isMissingNode()) {
            throw new AssertionError(reference + " does not exist");
        }
        return found;
    }

    /** What is wrong with a value by the schema at a place of the document. */
    public List<Error> errors(String reference, JsonNode value) {
        return validators.computeIfAbsent(reference, this::validator).validate(value);
    }

    /** What is wrong with a value by a schema of the document. */
    public List<Error> errors(JsonNode schema, JsonNode value) {
        return compiled((ObjectNode) schema.deepCopy()).validate(value);
    }

    private Schema validator(String reference) {
        ObjectNode schema = root.objectNode();
        schema.put("$ref", reference);
        return compiled(schema);
    }

    /** References are to the document, so it comes along. */
    private Schema compiled(ObjectNode schema) {
        schema.set("components", root.get("components"));
        schema.set("paths", root.get("paths"));
        return registry.getSchema(schema);
    }

    static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
