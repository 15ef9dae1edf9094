package dev.attune.quickstart.serving.gguf;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes GGUF version 3: magic, counts, metadata, the tensors' descriptions, then their data, each aligned to 32 bytes. */
final class GgufWriter {
    private static final int VERSION = 3;
    private static final int ALIGNMENT = 32;
    private static final int TYPE_F32 = 0;
    private static final int BUFFER_BYTES = 1 << 16;

    private final OutputStream out;
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long written;

    private GgufWriter(OutputStream out) {
        this.out = out;
    }

    static void write(Path file, Map<String, GgufValue> metadata, List<GgufTensor> tensors) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES)) {
            GgufWriter writer = new GgufWriter(out);
            writer.header(metadata, tensors);
            for (GgufTensor tensor : tensors) {
                writer.data(tensor);
            }
        }
    }

    private void header(Map<String, GgufValue> metadata, List<GgufTensor> tensors) throws IOException {
        bytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        int32(VERSION);
        int64(tensors.size());
        int64(metadata.size());
        for (Map.Entry<String, GgufValue> entry : metadata.entrySet()) {
            text(entry.getKey());
            int32(entry.getValue().code());
            value(entry.getValue());
        }
        long offset = 0;
        for (GgufTensor tensor : tensors) {
            text(tensor.name());
            int32(tensor.shape().length);
            for (int i = tensor.shape().length - 1; i >= 0; i--) {
                int64(tensor.shape()[i]);
            }
            int32(TYPE_F32);
            int64(offset);
            offset += aligned(tensor.bytes());
        }
        pad();
    }

    private void value(GgufValue value) throws IOException {
        switch (value) {
            case GgufValue.UnsignedInt(int unsigned) -> int32(unsigned);
            case GgufValue.SignedInt(int signed) -> int32(signed);
            case GgufValue.Float32(float real) -> int32(Float.floatToRawIntBits(real));
            case GgufValue.Flag(boolean flag) -> bytes(new byte[] {(byte) (flag ? 1 : 0)});
            case GgufValue.Text(String text) -> text(text);
            case GgufValue.Sequence(int elementCode, List<? extends GgufValue> elements) -> {
                int32(elementCode);
                int64(elements.size());
                for (GgufValue element : elements) {
                    value(element);
                }
            }
        }
    }

    private void data(GgufTensor tensor) throws IOException {
        float[] elements = tensor.elements().read();
        if (elements.length != tensor.count()) {
            throw new IOException(
                    tensor.name() + " has " + elements.length + " elements, its shape says " + tensor.count());
        }
        ByteBuffer chunk = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int start = 0; start < elements.length; start += BUFFER_BYTES / Float.BYTES) {
            int count = Math.min(BUFFER_BYTES / Float.BYTES, elements.length - start);
            chunk.clear().asFloatBuffer().put(elements, start, count);
            out.write(chunk.array(), 0, count * Float.BYTES);
            written += (long) count * Float.BYTES;
        }
        pad();
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private void pad() throws IOException {
        bytes(new byte[(int) (aligned(written) - written)]);
    }

    private void text(String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int64(utf8.length);
        bytes(utf8);
    }

    private void int32(int value) throws IOException {
        number.clear().putInt(value);
        write(Integer.BYTES);
    }

    private void int64(long value) throws IOException {
        number.clear().putLong(value);
        write(Long.BYTES);
    }

    private void write(int count) throws IOException {
        out.write(number.array(), 0, count);
        written += count;
    }

    private void bytes(byte[] bytes) throws IOException {
        out.write(bytes);
        written += bytes.length;
    }
}
