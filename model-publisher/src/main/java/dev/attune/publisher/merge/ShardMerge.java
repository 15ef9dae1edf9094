package dev.attune.publisher.merge;

import dev.attune.artifacts.DurableFiles;
import dev.attune.artifacts.SafeTensors;
import dev.attune.artifacts.TensorInfo;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Writes one file of weights with the adapter's changes in it. Names, types and shapes stay, so that header and places stay
 * too: what the adapter does not change is copied as it lies there. Holds one block of rows, whatever the file's size.
 */
final class ShardMerge {

    private static final int BLOCK_ELEMENTS = 1 << 20;

    private final Path source;
    private final Adapter adapter;
    /** One block of rows, in fp32 and as it is stored; larger only where one row is. */
    private float[] weights = new float[BLOCK_ELEMENTS];

    private ByteBuffer block = buffer(BLOCK_ELEMENTS);

    ShardMerge(Path source, Adapter adapter) {
        this.source = source;
        this.adapter = adapter;
    }

    /** @return how many matrices were changed */
    int write(Path target, AdapterMerge.Progress progress) throws MergeException, IOException {
        int merged = 0;
        try (SafeTensors base = SafeTensors.open(source);
                FileChannel in = FileChannel.open(source, StandardOpenOption.READ);
                FileChannel out = DurableFiles.create(target)) {
            copy(in, 0, base.dataStart(), out);
            List<Map.Entry<String, TensorInfo>> byPlace = base.tensors().entrySet().stream()
                    .sorted(Comparator.comparingLong((Map.Entry<String, TensorInfo> tensor) ->
                                    tensor.getValue().begin())
                            .thenComparingLong(tensor -> tensor.getValue().end()))
                    .toList();
            for (Map.Entry<String, TensorInfo> tensor : byPlace) {
                progress.next();
                if (adapter.targets().contains(tensor.getKey())) {
                    merge(base, tensor.getKey(), out);
                    merged++;
                } else {
                    copy(
                            in,
                            base.dataStart() + tensor.getValue().begin(),
                            tensor.getValue().bytes(),
                            out);
                }
            }
            out.force(true);
        }
        return merged;
    }

    private static void copy(FileChannel in, long begin, long bytes, FileChannel out) throws IOException {
        for (long copied = 0; copied < bytes; ) {
            long count = in.transferTo(begin + copied, bytes - copied, out);
            if (count <= 0) {
                throw new EOFException("the base ended while it was read");
            }
            copied += count;
        }
    }

    private void merge(SafeTensors base, String name, FileChannel out) throws MergeException, IOException {
        TensorInfo matrix = base.info(name);
        if (matrix.shape().length != 2 || !WeightRows.reads(matrix.dtype())) {
            throw new MergeException(base.path() + ": '" + name + "' is " + matrix
                    + ", and adapters change matrices of F32, F16 or BF16");
        }
        LowRank change = adapter.changeOf(name, matrix);
        int rows = Math.toIntExact(matrix.shape()[0]);
        int blockRows = Math.clamp(BLOCK_ELEMENTS / change.in(), 1, rows);
        if (blockRows * change.in() > weights.length) {
            weights = new float[blockRows * change.in()];
            block = buffer(weights.length);
        }
        float[] row = new float[change.in()];
        for (int first = 0; first < rows; first += blockRows) {
            int count = Math.min(blockRows, rows - first);
            int elements = count * change.in();
            block.clear().limit(elements * matrix.dtype().bytes());
            base.read(matrix, (long) first * change.in() * matrix.dtype().bytes(), block);
            WeightRows.read(matrix.dtype(), block.flip(), weights, elements);
            change.addTo(weights, first, count, row);
            int notFinite = WeightRows.write(matrix.dtype(), weights, elements, block);
            if (notFinite >= 0) {
                throw new MergeException(base.path() + ": '" + name + "' with the adapter in it is not finite in "
                        + matrix.dtype() + " at element " + ((long) first * change.in() + notFinite));
            }
            while (block.hasRemaining()) {
                out.write(block);
            }
        }
    }

    private static ByteBuffer buffer(int elements) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(elements, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
    }
}
