package dev.attune.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaParser;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What lets these schemas live for years. */
class SchemaRulesTest {
    private static final Set<String> ENVELOPE = Set.of("eventId", "tenant", "modelId", "occurredAt", "receivedAt");
    /** A reader cannot do without these: they have no default. */
    private static final Set<String> IDS = Set.of(
            "eventId",
            "tenant",
            "turnId",
            "completionId",
            "promptId",
            "userId",
            "pairId",
            "version",
            "feedbackEventId",
            "topic",
            "partition",
            "nextOffset");

    static Stream<Schema> topicSchemas() {
        return new Topics(Topics.DEFAULT_PREFIX).all().stream().map(topic -> schemaOf(topic.valueType()));
    }

    private static Schema schemaOf(Class<? extends SpecificRecord> type) {
        return SpecificData.getForClass(type).getSchema(type);
    }

    @ParameterizedTest
    @MethodSource("topicSchemas")
    void everyRecordCarriesTheEnvelope(Schema schema) {
        assertThat(schema.getFields()).extracting(Schema.Field::name).containsAll(ENVELOPE);
    }

    @ParameterizedTest
    @MethodSource("topicSchemas")
    void everyFieldButIdsHasADefaultAndEveryEnumHasUnknown(Schema schema) {
        List<String> breaches = new ArrayList<>();
        collectBreaches(schema, breaches);
        assertThat(breaches).isEmpty();
    }

    private static void collectBreaches(Schema schema, List<String> breaches) {
        switch (schema.getType()) {
            case ENUM -> {
                if (!"UNKNOWN".equals(schema.getEnumDefault())) {
                    breaches.add(schema.getFullName() + " has no default UNKNOWN");
                }
            }
            case ARRAY -> collectBreaches(schema.getElementType(), breaches);
            case UNION -> {
                schema.getTypes().forEach(type -> collectBreaches(type, breaches));
                if (schema.getTypes().stream()
                                .filter(type -> type.getType() == Schema.Type.RECORD)
                                .count()
                        > 1) {
                    breaches.add("a union of records, which no client can extend");
                }
            }
            case RECORD -> {
                for (Schema.Field field : schema.getFields()) {
                    boolean id = IDS.contains(field.name());
                    if (!id && !field.hasDefaultValue()) {
                        breaches.add(schema.getName() + "." + field.name() + " has no default");
                    }
                    if (field.doc() == null || field.doc().isBlank()) {
                        breaches.add(schema.getName() + "." + field.name() + " has no doc");
                    }
                    collectBreaches(field.schema(), breaches);
                }
            }
            default -> {}
        }
    }

    @Test
    void theRuleCatchesAFieldWithoutADefault() {
        Schema broken = new SchemaParser()
                .parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"text\",\"type\":\"string\"}]}")
                .mainSchema();
        List<String> breaches = new ArrayList<>();

        collectBreaches(broken, breaches);

        assertThat(breaches).containsExactly("R.text has no default", "R.text has no doc");
    }

    @Test
    void everyReleasedSchemaAndTodaysReadEachOther() throws IOException {
        Path history = Path.of(System.getProperty("attune.home"), "schemas", "history");
        for (Path release : folders(history)) {
            for (Topic<?> topic : new Topics("").all()) {
                Path frozen = release.resolve(topic.valueType().getSimpleName() + ".avsc");
                if (Files.exists(frozen)) {
                    Schema then = new SchemaParser().parse(frozen.toFile()).mainSchema();
                    Schema now = schemaOf(topic.valueType());
                    assertThat(readable(now, then)).as("today reads " + frozen).isTrue();
                    assertThat(readable(then, now))
                            .as(frozen + " reads today's")
                            .isTrue();
                }
            }
        }
    }

    private static boolean readable(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                        .getType()
                == SchemaCompatibilityType.COMPATIBLE;
    }

    private static List<Path> folders(Path parent) throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(Files::isDirectory).sorted().toList();
        }
    }
}
