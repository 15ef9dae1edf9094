package dev.attune.ingest.pairing.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.MissingSchemaException;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * A store's value: {@code A} is what is stored, {@code T} what the code works with.
 *
 * <p>Bytes that cannot be read are no data to set aside: a store is ours, so this is a damaged or a newer store, and an
 * exception.
 */
public final class SingleObjectSerde<T, A extends SpecificRecord> implements Serde<T> {
    private final Serializer<T> serializer;
    private final Deserializer<T> deserializer;

    /** @param schema what is written; what is read may also be in one of its earlier formats */
    public SingleObjectSerde(Schema schema, Function<T, A> toAvro, Function<A, T> fromAvro) {
        SpecificData data = new SpecificData();
        data.setFastReaderEnabled(true);
        // Generated code writes the fields one after the other; records without logical types have it.
        data.setCustomCoders(true);
        // Without it the default of a time that an earlier format lacks comes as a number.
        data.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
        BinaryMessageEncoder<A> encoder = new BinaryMessageEncoder<>(data, schema);
        BinaryMessageDecoder<A> decoder = new BinaryMessageDecoder<>(data, schema);
        StateHistory.of(schema).forEach(decoder::addSchema);
        this.serializer = (topic, value) -> value == null ? null : encode(topic, encoder, toAvro.apply(value));
        this.deserializer = (topic, bytes) -> bytes == null ? null : fromAvro.apply(decode(topic, decoder, bytes));
    }

    /** For values that are kept as the records that they came in. */
    public static <A extends SpecificRecord> SingleObjectSerde<A, A> plain(Schema schema) {
        return new SingleObjectSerde<>(schema, Function.identity(), Function.identity());
    }

    @Override
    public Serializer<T> serializer() {
        return serializer;
    }

    @Override
    public Deserializer<T> deserializer() {
        return deserializer;
    }

    private static <A> byte[] encode(String topic, BinaryMessageEncoder<A> encoder, A value) {
        try {
            ByteBuffer buffer = encoder.encode(value);
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new SerializationException("store " + topic + ": a value could not be encoded", e);
        }
    }

    private static <A> A decode(String topic, BinaryMessageDecoder<A> decoder, byte[] bytes) {
        try {
            return decoder.decode(bytes);
        } catch (MissingSchemaException e) {
            throw new SerializationException(
                    "store " + topic
                            + " holds a value of a format that this release does not know: a newer release wrote it, or one"
                            + " from before 0.1; run the release that wrote it, or reset the application ("
                            + e.getMessage() + ")",
                    e);
        } catch (IOException | RuntimeException e) {
            throw new SerializationException(
                    "store " + topic + " holds a value that cannot be read: it is damaged; reset the application", e);
        }
    }
}
