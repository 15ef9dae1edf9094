package dev.attune.ingest.pairing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.events.FeedbackGiven;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topic;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/** Feedback as a later release would write it: with a field and a kind that this release does not know. */
final class NewerFeedback {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int HEADER_BYTES = 5;
    private static final String NEW_KIND = "STARS";

    private final Schema schema = schema();
    private final AvroSerdes serdes;
    private final Topic<FeedbackGiven> topic;

    NewerFeedback(AvroSerdes serdes, Topic<FeedbackGiven> topic) {
        this.serdes = serdes;
        this.topic = topic;
    }

    byte[] withANewField(FeedbackGiven given) {
        GenericRecord record = upgraded(given);
        record.put("device", "watch");
        return bytes(record);
    }

    byte[] withANewKind(FeedbackGiven given) {
        GenericRecord record = upgraded(given);
        record.put("kind", new GenericData.EnumSymbol(schema.getField("kind").schema(), NEW_KIND));
        return bytes(record);
    }

    private static Schema schema() {
        try {
            ObjectNode json =
                    (ObjectNode) JSON.readTree(FeedbackGiven.getClassSchema().toString());
            ArrayNode fields = json.withArray("fields");
            for (JsonNode field : fields) {
                if (field.get("name").asText().equals("kind")) {
                    ((ArrayNode) field.get("type").get("symbols")).add(NEW_KIND);
                }
            }
            fields.addObject().put("name", "device").put("type", "string").put("default", "");
            return new SchemaParser().parse(json.toString()).mainSchema();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private GenericRecord upgraded(FeedbackGiven given) {
        byte[] bytes = serdes.serializer(FeedbackGiven.class).serialize(topic.name(), given);
        try {
            return new GenericDatumReader<GenericRecord>(FeedbackGiven.getClassSchema(), schema)
                    .read(
                            null,
                            DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] bytes(GenericRecord record) {
        try {
            int id = serdes.registry().register(topic.name() + "-value", new AvroSchema(schema));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(
                    ByteBuffer.allocate(HEADER_BYTES).put((byte) 0).putInt(id).array());
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
            encoder.flush();
            return out.toByteArray();
        } catch (IOException | RestClientException e) {
            throw new IllegalStateException(e);
        }
    }
}
