package dev.attune.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.attune.embedded.RegistryProcess;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.FeedbackKind;
import dev.attune.events.Message;
import dev.attune.events.SealableText;
import dev.attune.events.Thumb;
import dev.attune.schemas.UnreadableRecordException.Reason;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against a real registry. */
class AvroSerdesTest {
    private static final String TOPIC = "attune.feedback";
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

    private static FeedbackGiven thumb() {
        return FeedbackGiven.newBuilder()
                .setEventId("018f0000-0000-7000-8000-000000000001")
                .setTenant("acme")
                .setTurnId("turn-1")
                .setUserId("user-1")
                .setKind(FeedbackKind.THUMB)
                .setThumb(Thumb.UP)
                .setCompletionId("completion-1")
                .build();
    }

    private static byte[] bytes() {
        return serdes.serializer(FeedbackGiven.class).serialize(TOPIC, thumb());
    }

    private static Deserializer<FeedbackGiven> reader() {
        return serdes.deserializer(FeedbackGiven.class);
    }

    @Test
    void aRecordComesBackAsItWas() {
        assertThat(reader().deserialize(TOPIC, bytes())).isEqualTo(thumb());
        assertThat(reader().deserialize(TOPIC, null)).isNull();
    }

    @Test
    void theBytesAreConfluentsWireFormatAndTheSubjectIsTheTopics() throws Exception {
        ByteBuffer bytes = ByteBuffer.wrap(bytes());

        assertThat(bytes.get()).isZero();
        int id = bytes.getInt();
        assertThat(serdes.registry().getSchemaById(id).rawSchema()).isEqualTo(FeedbackGiven.getClassSchema());
        assertThat(serdes.registry().getAllSubjects()).contains(TOPIC + "-value");
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void bytesThatCanNeverBeReadSayWhy(Reason reason) {
        byte[] good = bytes();
        byte[] bad = switch (reason) {
            case NOT_WIRE_FORMAT -> "garbage".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            case UNKNOWN_SCHEMA_ID ->
                ByteBuffer.wrap(good.clone()).putInt(1, 987_654).array();
            case INCOMPATIBLE_SCHEMA ->
                serdes.serializer(Message.class)
                        .serialize("other", new Message("user", new SealableText("hi", null, null)));
            case MALFORMED_AVRO -> Arrays.copyOf(good, good.length - 3);
        };

        assertThatThrownBy(() -> reader().deserialize(TOPIC, bad))
                .asInstanceOf(type(UnreadableRecordException.class))
                .extracting(UnreadableRecordException::reason)
                .isEqualTo(reason);
    }

    @Test
    void bytesAfterTheRecordAreRefused() {
        byte[] good = bytes();

        assertThatThrownBy(() -> reader().deserialize(TOPIC, Arrays.copyOf(good, good.length + 1)))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("bytes follow the record");
    }

    @Test
    void aLengthThatLiesIsMalformedAndTakesNoMemory() {
        byte[] header = Arrays.copyOf(bytes(), WireFormat.HEADER_BYTES);
        // 2^31 - 2 and 2^62 as Avro writes them: lengths of the first string.
        for (int[] length : List.of(
                new int[] {0xfc, 0xff, 0xff, 0xff, 0x0f},
                new int[] {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01})) {
            ByteBuffer bytes =
                    ByteBuffer.allocate(header.length + length.length + 1).put(header);
            for (int b : length) {
                bytes.put((byte) b);
            }

            assertThatThrownBy(() -> reader().deserialize(TOPIC, bytes.array()))
                    .asInstanceOf(type(UnreadableRecordException.class))
                    .extracting(UnreadableRecordException::reason)
                    .isEqualTo(Reason.MALFORMED_AVRO);
        }
    }

    @Test
    void aRegistryThatIsAwayIsNoBadRecord() {
        AvroSerdes away = new AvroSerdes(RegistryClients.create("http://127.0.0.1:1", Map.of()));

        assertThatThrownBy(() -> away.deserializer(FeedbackGiven.class).deserialize(TOPIC, bytes()))
                .isInstanceOf(SerializationException.class)
                .isNotInstanceOf(UnreadableRecordException.class);
    }

    @Test
    void theRegistryRefusesASchemaThatOldReadersCouldNotRead() throws Exception {
        Schema before = parse("{\"name\":\"text\",\"type\":\"string\",\"default\":\"\"}");
        Schema after = parse("{\"name\":\"text\",\"type\":\"long\",\"default\":0}");
        serdes.registry().register("evolving-value", new AvroSchema(before));

        assertThatThrownBy(() -> serdes.registry().register("evolving-value", new AvroSchema(after)))
                .isInstanceOf(RestClientException.class);
    }

    private static Schema parse(String field) {
        return new org.apache.avro.SchemaParser()
                .parse("{\"type\":\"record\",\"name\":\"Evolving\",\"namespace\":\"t\",\"fields\":[" + field + "]}")
                .mainSchema();
    }
}
