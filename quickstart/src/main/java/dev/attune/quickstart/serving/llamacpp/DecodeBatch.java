package dev.attune.quickstart.serving.llamacpp;

import static dev.attune.quickstart.serving.llamacpp.LlamaStructs.BATCH;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The tokens of one {@link LlamaContext#decode}, in native memory that is reused from call to call. Tokens may belong to several
 * sequences, which then share the cache cell: that is how a prompt is computed once for all its answers. Everything that llama.cpp
 * would abort on is refused here. For one thread.
 */
public final class DecodeBatch {
    private final ContextShape shape;
    private final int vocabularySize;
    private final MemorySegment struct;
    private final MemorySegment tokens;
    private final MemorySegment positions;
    private final MemorySegment sequenceCounts;
    private final MemorySegment sequencePointers;
    private final MemorySegment wantsLogits;
    /** The sequence ids that {@link #sequencePointers} point to; tokens of one {@link #add} share theirs. */
    private final MemorySegment sequenceIds;

    private int size;
    private int sequenceIdsUsed;

    DecodeBatch(Arena arena, ContextShape shape, int vocabularySize) {
        int capacity = shape.maxBatchTokens();
        this.shape = shape;
        this.vocabularySize = vocabularySize;
        this.struct = arena.allocate(BATCH);
        this.tokens = arena.allocate(JAVA_INT, capacity);
        this.positions = arena.allocate(JAVA_INT, capacity);
        this.sequenceCounts = arena.allocate(JAVA_INT, capacity);
        this.sequencePointers = arena.allocate(ADDRESS, capacity);
        this.wantsLogits = arena.allocate(JAVA_BYTE, capacity);
        this.sequenceIds = arena.allocate(JAVA_INT, shape.maxSequences());
        set("token", tokens);
        set("pos", positions);
        set("n_seq_id", sequenceCounts);
        set("seq_id", sequencePointers);
        set("logits", wantsLogits);
    }

    private void set(String field, MemorySegment value) {
        struct.set(ADDRESS, LlamaStructs.offset(BATCH, field), value);
    }

    public void clear() {
        size = 0;
        sequenceIdsUsed = 0;
    }

    public int size() {
        return size;
    }

    /** Tokens that can still be added. */
    public int remaining() {
        return shape.maxBatchTokens() - size;
    }

    /**
     * Adds consecutive tokens of the given sequences.
     *
     * @param ids token ids, each inside the vocabulary
     * @param firstPosition position of the first of them
     * @param sequences the sequences that all of them belong to; a sequence may be named once in a batch
     * @param allLogits whether logits are wanted for every token or only for the last one
     * @return the row of the first token: {@link LlamaContext#logits} of row + i gives those after token i
     */
    public int add(int[] ids, int firstPosition, int[] sequences, boolean allLogits) {
        check(ids, firstPosition, sequences);
        MemorySegment owners = sequenceIds.asSlice((long) sequenceIdsUsed * Integer.BYTES);
        MemorySegment.copy(sequences, 0, owners, JAVA_INT, 0, sequences.length);
        sequenceIdsUsed += sequences.length;
        int firstRow = size;
        for (int i = 0; i < ids.length; i++, size++) {
            tokens.setAtIndex(JAVA_INT, size, ids[i]);
            positions.setAtIndex(JAVA_INT, size, firstPosition + i);
            sequenceCounts.setAtIndex(JAVA_INT, size, sequences.length);
            sequencePointers.setAtIndex(ADDRESS, size, owners);
            wantsLogits.set(JAVA_BYTE, size, (byte) (allLogits || i == ids.length - 1 ? 1 : 0));
        }
        return firstRow;
    }

    private void check(int[] ids, int firstPosition, int[] sequences) {
        if (ids.length == 0 || ids.length > remaining()) {
            throw new IllegalArgumentException(ids.length + " tokens do not fit: 1 to " + remaining() + " do");
        }
        if (firstPosition < 0 || firstPosition + ids.length > shape.cacheCells()) {
            throw new IllegalArgumentException("positions " + firstPosition + " to " + (firstPosition + ids.length - 1)
                    + " are outside the context of " + shape.cacheCells());
        }
        if (sequences.length == 0 || sequenceIdsUsed + sequences.length > shape.maxSequences()) {
            throw new IllegalArgumentException("a batch is of 1 to " + shape.maxSequences() + " sequences");
        }
        for (int id : ids) {
            if (id < 0 || id >= vocabularySize) {
                throw new IllegalArgumentException(
                        "token id " + id + " is outside the vocabulary of " + vocabularySize);
            }
        }
        for (int sequence : sequences) {
            if (sequence < 0 || sequence >= shape.maxSequences()) {
                throw new IllegalArgumentException(
                        "sequence " + sequence + " is outside 0 to " + (shape.maxSequences() - 1));
            }
        }
    }

    boolean wantsLogits(int row) {
        return row >= 0 && row < size && wantsLogits.get(JAVA_BYTE, row) != 0;
    }

    MemorySegment struct() {
        struct.set(JAVA_INT, 0, size);
        return struct;
    }
}
