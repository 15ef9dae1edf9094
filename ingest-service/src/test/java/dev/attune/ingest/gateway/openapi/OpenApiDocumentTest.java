package dev.attune.ingest.gateway.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.attune.ingest.gateway.event.Json;
import dev.attune.ingest.gateway.problem.Problem;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The document by itself: valid OpenAPI 3.1, closed schemas, right examples, every reason. */
class OpenApiDocumentTest {
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final Contract contract = Contract.read();

    @Test
    void itIsValidByTheSchemaThatTheOpenApiInitiativePublishes() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/openapi/3.1/schema/2025-09-15")) {
            Schema official = SCHEMAS.getSchema(new ObjectMapper().readTree(in));

            assertThat(official.validate(contract.root())).isEmpty();
        }
    }

    @Test
    void everySchemaIsValidJsonSchema() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/draft/2020-12/schema")) {
            Schema official = SCHEMAS.getSchema(new ObjectMapper().readTree(in));

            contract.root()
                    .at("/components/schemas")
                    .properties()
                    .forEach(schema -> assertThat(official.validate(schema.getValue()))
                            .as(schema.getKey())
                            .isEmpty());
        }
    }

    @Test
    void everyReferenceLeadsSomewhereAndEveryComponentIsUsed() {
        List<String> references = new ArrayList<>(contract.root().findValuesAsText("$ref"));
        references.forEach(contract::at);

        // No operation answers so: it is the answer to the methods that a path does not have.
        references.add("#/components/responses/MethodNotAllowed");
        contract.root().at("/components").properties().stream()
                .filter(group -> !group.getKey().equals("securitySchemes"))
                .forEach(group -> group.getValue()
                        .fieldNames()
                        .forEachRemaining(name ->
                                assertThat(references).contains("#/components/" + group.getKey() + "/" + name)));
    }

    @Test
    void everyObjectSaysWhichFieldsItMayHave() {
        List<JsonNode> objects = new ArrayList<>();
        collectObjects(contract.root().at("/components/schemas"), objects);

        assertThat(objects)
                .hasSizeGreaterThan(20)
                .allSatisfy(schema -> assertThat(schema.has("additionalProperties"))
                        .as(schema.toString())
                        .isTrue());
    }

    private static void collectObjects(JsonNode node, List<JsonNode> found) {
        if (node.path("type").asText().equals("object")) {
            found.add(node);
        }
        node.forEach(child -> collectObjects(child, found));
    }

    @Test
    void everyOperationHasAnIdOfItsOwnAWordForItAndAnAnswerThatIsGood() {
        assertThat(contract.operations())
                .extracting(operation -> operation.node().path("operationId").asText())
                .doesNotHaveDuplicates()
                .doesNotContain("");
        assertThat(contract.operations()).allSatisfy(operation -> {
            assertThat(operation.node().path("summary").asText()).isNotBlank();
            assertThat(operation.node().path("responses").fieldNames())
                    .toIterable()
                    .anyMatch(status -> status.startsWith("2"));
        });
    }

    @TestFactory
    Stream<DynamicTest> everyExampleFollowsItsSchema() {
        List<DynamicTest> tests = new ArrayList<>();
        collectExamples("#", contract.root(), tests);
        assertThat(tests).hasSizeGreaterThan(20);
        return tests.stream();
    }

    /** A media type is what has a schema and, beside it, an example or several. */
    private void collectExamples(String at, JsonNode node, List<DynamicTest> tests) {
        JsonNode schema = node.path("schema");
        if (schema.isObject()) {
            node.path("examples")
                    .properties()
                    .forEach(example -> tests.add(DynamicTest.dynamicTest(
                            at + " " + example.getKey(),
                            () -> assertThat(contract.errors(
                                            schema, example.getValue().get("value")))
                                    .isEmpty())));
            if (node.has("example")) {
                tests.add(DynamicTest.dynamicTest(
                        at,
                        () -> assertThat(contract.errors(schema, node.get("example")))
                                .isEmpty()));
            }
        }
        node.properties()
                .forEach(
                        child -> collectExamples(at + "/" + Contract.escaped(child.getKey()), child.getValue(), tests));
    }

    @TestFactory
    Stream<DynamicTest> everyReasonIsDocumentedAsItIsAnswered() {
        Map<String, JsonNode> examples = problemExamples();
        assertThat(examples.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(Reason.values()).map(Reason::tag).toList());
        return Stream.of(Reason.values())
                .map(reason -> DynamicTest.dynamicTest(reason.tag(), () -> {
                    JsonNode documented = examples.get(reason.tag());
                    JsonNode answered = Json.MAPPER.valueToTree(Problem.of(new Rejected(reason, "")));

                    assertThat(documented.get("status").asInt()).isEqualTo(reason.status());
                    assertThat(documented.get("reason").asText()).isEqualTo(reason.tag());
                    assertThat(documented.get("type")).isEqualTo(answered.get("type"));
                    assertThat(documented.get("title")).isEqualTo(answered.get("title"));
                }));
    }

    @Test
    void everyTemporaryReasonSaysWhenToTryAgain() {
        contract.root()
                .at("/components/responses")
                .forEach(response -> response.at("/content/application~1problem+json/examples")
                        .fieldNames()
                        .forEachRemaining(reason -> assertThat(
                                        response.path("headers").has("Retry-After"))
                                .as(reason)
                                .isEqualTo(Stream.of(Reason.values())
                                        .anyMatch(one -> one.tag().equals(reason) && one.isTemporary()))));
    }

    private Map<String, JsonNode> problemExamples() {
        Map<String, JsonNode> examples = new HashMap<>();
        contract.root()
                .at("/components/responses")
                .forEach(response -> response.at("/content/application~1problem+json/examples")
                        .properties()
                        .forEach(example -> examples.put(
                                example.getKey(), example.getValue().get("value"))));
        return examples;
    }
}
