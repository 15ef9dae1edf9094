package dev.attune.ingest.pairing;

import java.nio.ByteBuffer;
import org.apache.avro.specific.SpecificRecord;

/** A record that could be read, with its bytes: they go into the dead letter if it cannot be used after all. */
record Received<T extends SpecificRecord>(T value, ByteBuffer key, ByteBuffer bytes) {}
