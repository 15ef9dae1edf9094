package dev.attune.schemas;

import java.nio.ByteBuffer;

/** Confluent's wire format: a zero byte, the schema's id as a big-endian int, then Avro binary. */
final class WireFormat {
    static final int HEADER_BYTES = 5;
    private static final byte MAGIC = 0;

    private WireFormat() {}

    static byte[] header(int schemaId) {
        return ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(schemaId).array();
    }

    /** @throws UnreadableRecordException if the bytes do not begin as the format says */
    static int schemaId(byte[] bytes) {
        if (bytes.length < HEADER_BYTES || bytes[0] != MAGIC) {
            throw new UnreadableRecordException(
                    UnreadableRecordException.Reason.NOT_WIRE_FORMAT,
                    "the value does not begin with a zero byte and a schema id",
                    null);
        }
        return ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt();
    }
}
