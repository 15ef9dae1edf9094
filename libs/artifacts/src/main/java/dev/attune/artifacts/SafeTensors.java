package dev.attune.artifacts;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * A safetensors file, open for reading: u64 little-endian header length, JSON header, data. Opening checks the header
 * against the file; the numbers themselves are not looked at. Each tensor is mapped on its own, so that the file may be
 * larger than 2 GiB.
 */
public final class SafeTensors implements Closeable {

    private static final int LENGTH_BYTES = Long.BYTES;
    private static final int SMALLEST_HEADER = 2;

    private final Path path;
    private final FileChannel channel;
    private final long dataStart;
    private final SafeTensorsHeader header;

    private SafeTensors(Path path, FileChannel channel, long dataStart, SafeTensorsHeader header) {
        this.path = path;
        this.channel = channel;
        this.dataStart = dataStart;
        this.header = header;
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws BrokenArtifactException naming file and tensor, if the header is wrong
     */
    public static SafeTensors open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            long size = channel.size();
            if (size < LENGTH_BYTES + SMALLEST_HEADER) {
                throw new BrokenArtifactException(path, "too short for a safetensors file: " + size + " bytes");
            }
            long headerBytes = read(channel, 0, LENGTH_BYTES).getLong();
            if (headerBytes < SMALLEST_HEADER
                    || headerBytes > SafeTensorsHeader.MAX_BYTES
                    || headerBytes > size - LENGTH_BYTES) {
                throw new BrokenArtifactException(
                        path,
                        "header length " + Long.toUnsignedString(headerBytes) + " is not between " + SMALLEST_HEADER
                                + " and " + Math.min(SafeTensorsHeader.MAX_BYTES, size - LENGTH_BYTES));
            }
            long dataStart = LENGTH_BYTES + headerBytes;
            byte[] json = read(channel, LENGTH_BYTES, (int) headerBytes).array();
            return new SafeTensors(path, channel, dataStart, SafeTensorsHeader.parse(path, json, size - dataStart));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Writes a file and forces it to the disk. The same tensors in the same order give the same bytes.
     *
     * @param tensors in the order in which their data is laid out
     * @param metadata free strings; PEFT and transformers expect {@code format: pt}
     */
    public static void write(Path path, Map<String, TensorData> tensors, Map<String, String> metadata)
            throws IOException {
        byte[] header = SafeTensorsHeader.render(tensors, metadata);
        ByteBuffer start = ByteBuffer.allocate(LENGTH_BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
        start.putLong(header.length).put(header).flip();
        try (FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            writeFully(channel, start);
            for (TensorData tensor : tensors.values()) {
                writeFully(channel, tensor.bytes());
            }
            channel.force(true);
        }
    }

    public Path path() {
        return path;
    }

    /** By name, in the order of the header. */
    public Map<String, TensorInfo> tensors() {
        return header.tensors();
    }

    public Map<String, String> metadata() {
        return header.metadata();
    }

    /**
     * The header's entry of a tensor.
     *
     * @throws BrokenArtifactException if there is none of this name
     */
    public TensorInfo info(String name) throws IOException {
        TensorInfo info = header.tensors().get(name);
        if (info == null) {
            throw new BrokenArtifactException(path, "has no tensor '" + name + "'");
        }
        return info;
    }

    /**
     * The bytes of one tensor, read-only and little-endian; valid until the buffer is collected, also after
     * {@link #close()}.
     */
    public ByteBuffer map(String name) throws IOException {
        TensorInfo info = info(name);
        if (info.bytes() > Integer.MAX_VALUE) {
            throw new BrokenArtifactException(path, "tensor '" + name + "' has " + info.bytes() + " bytes, over 2 GiB");
        }
        return channel.map(FileChannel.MapMode.READ_ONLY, dataStart + info.begin(), info.bytes())
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** First byte of the data: what precedes it is the header with its length. */
    public long dataStart() {
        return dataStart;
    }

    /**
     * Copies bytes of one tensor, however large it is, until the buffer is full.
     *
     * @param offset of the first byte, counted from the tensor's own
     * @throws EOFException if the file has become shorter since it was opened
     */
    public void read(TensorInfo tensor, long offset, ByteBuffer target) throws IOException {
        if (offset < 0 || offset + target.remaining() > tensor.bytes()) {
            throw new IllegalArgumentException(
                    target.remaining() + " bytes from " + offset + " are not within " + tensor.bytes());
        }
        readFully(channel, dataStart + tensor.begin() + offset, target);
    }

    /** The elements of an F32, F16 or BF16 tensor, row-major. */
    public float[] floats(String name) throws IOException {
        TensorInfo info = info(name);
        ByteBuffer bytes = map(name);
        float[] elements = new float[(int) info.elements()];
        switch (info.dtype()) {
            case F32 -> bytes.asFloatBuffer().get(elements);
            case F16 -> {
                for (int i = 0; i < elements.length; i++) {
                    elements[i] = Float.float16ToFloat(bytes.getShort());
                }
            }
            case BF16 -> {
                for (int i = 0; i < elements.length; i++) {
                    // bfloat16 is the upper half of a float32
                    elements[i] = Float.intBitsToFloat(bytes.getShort() << 16);
                }
            }
            case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, I32, U32, F64, I64, U64 ->
                throw new BrokenArtifactException(
                        path, "tensor '" + name + "' is " + info.dtype() + ", expected F32, F16 or BF16");
        }
        return elements;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static ByteBuffer read(FileChannel channel, long position, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        readFully(channel, position, buffer);
        return buffer.flip();
    }

    private static void readFully(FileChannel channel, long position, ByteBuffer buffer) throws IOException {
        long next = position;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, next);
            if (read < 0) {
                throw new EOFException("the file ended while it was read");
            }
            next += read;
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
