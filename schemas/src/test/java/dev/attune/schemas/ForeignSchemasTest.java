package dev.attune.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.attune.embedded.RegistryProcess;
import dev.attune.events.FeedbackGiven;
import dev.attune.schemas.UnreadableRecordException.Reason;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.rest.RestService;
import io.confluent.kafka.schemaregistry.client.rest.entities.SchemaReference;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids of schemas that a real registry knows and that are not ours: the record can never be read, however often we ask. */
class ForeignSchemasTest {
    private static final Topics TOPICS = new Topics("foreign.");
    private static RegistryProcess registry;
    private static AvroSerdes serdes;

    @BeforeAll
    static void startRegistry() {
        registry = RegistryProcess.start();
        serdes = new AvroSerdes(RegistryClients.create(registry.url(), Map.of()));
    }

    @AfterAll
    static void stopRegistry() {
        registry.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "JSON | {\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"type\": \"object\"}",
                "PROTOBUF | syntax = \"proto3\"; message Feedback { string id = 1; }"
            })
    void aSchemaOfAnotherKind(String kind, String text) throws Exception {
        int id = new RestService(registry.url())
                .registerSchema(text, kind, List.of(), "of-kind-" + kind)
                .getId();

        refused(id, "schema id " + id + ": it is of type " + kind + ", not Avro");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"string\"",
                "\"null\"",
                "{\"type\": \"array\", \"items\": \"long\"}",
                "[\"null\", \"string\"]",
                "{\"type\": \"enum\", \"name\": \"E\", \"symbols\": [\"A\"]}",
                "{\"type\": \"record\", \"name\": \"Empty\", \"fields\": []}",
            })
    void anAvroSchemaThatIsNoRecordOfOurs(String text) throws Exception {
        Schema schema = new org.apache.avro.SchemaParser().parse(text).mainSchema();
        int id = serdes.registry().register("of-avro-" + UUID.randomUUID(), new AvroSchema(schema));

        refused(id, "cannot be read as dev.attune.events.FeedbackGiven");
    }

    @Test
    void anAvroSchemaWithAReferenceIsReadLikeAnyOther() throws Exception {
        RestService rest = new RestService(registry.url());
        rest.registerSchema(
                "{\"type\": \"record\", \"name\": \"Part\", \"namespace\": \"r\", \"fields\": []}",
                "AVRO",
                List.of(),
                "part");
        int id = rest.registerSchema(
                        "{\"type\": \"record\", \"name\": \"Whole\", \"fields\": [{\"name\": \"p\", \"type\": \"r.Part\"}]}",
                        "AVRO",
                        List.of(new SchemaReference("r.Part", "part", 1)),
                        "whole")
                .getId();

        refused(id, "schema Whole cannot be read as dev.attune.events.FeedbackGiven");
    }

    @Test
    void noRecordOfTheCatalogueIsReadAsAnother() throws Exception {
        List<String> confused = new ArrayList<>();
        for (Topic<?> written : TOPICS.all()) {
            byte[] bytes = smallest(written);
            assertThat(serdes.deserializer(written.valueType()).deserialize(written.name(), bytes))
                    .isNotNull();
            for (Topic<?> read : TOPICS.all()) {
                if (written.valueType() != read.valueType()) {
                    Throwable thrown = catchThrowable(
                            () -> serdes.deserializer(read.valueType()).deserialize(read.name(), bytes));
                    if (!(thrown instanceof UnreadableRecordException unreadable
                            && unreadable.reason() == Reason.INCOMPATIBLE_SCHEMA)) {
                        confused.add(written.valueType().getSimpleName() + " as "
                                + read.valueType().getSimpleName() + ": " + thrown);
                    }
                }
            }
        }
        assertThat(confused).isEmpty();
    }

    /** Twice: the second time the answer is remembered. */
    private static void refused(int id, String detail) {
        Deserializer<FeedbackGiven> reader = serdes.deserializer(FeedbackGiven.class);
        byte[] bytes = new byte[WireFormat.HEADER_BYTES + 3];
        System.arraycopy(WireFormat.header(id), 0, bytes, 0, WireFormat.HEADER_BYTES);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> reader.deserialize("t", bytes))
                    .hasMessageContaining(detail)
                    .asInstanceOf(type(UnreadableRecordException.class))
                    .extracting(UnreadableRecordException::reason)
                    .isEqualTo(Reason.INCOMPATIBLE_SCHEMA);
        }
    }

    /** A record with nothing but what has no default. */
    private static <T extends SpecificRecord> byte[] smallest(Topic<T> topic) throws Exception {
        Schema schema = SpecificData.getForClass(topic.valueType()).getSchema(topic.valueType());
        GenericRecordBuilder builder = new GenericRecordBuilder(schema);
        for (Schema.Field field : schema.getFields()) {
            if (!field.hasDefaultValue()) {
                assertThat(field.schema().getType()).as(field.name()).isEqualTo(Schema.Type.STRING);
                builder.set(field, "an-id");
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(WireFormat.header(serdes.registry().register(topic.name() + "-value", new AvroSchema(schema))));
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(schema).write(builder.build(), encoder);
        encoder.flush();
        return out.toByteArray();
    }
}
