package dev.attune.publisher.store.pointer;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A small value that many read and that is replaced by compare-and-swap only. */
public interface PointerRegister {

    /** No pointer is near this size. */
    int MAX_BYTES = 1 << 20;

    /** The value, and what a write has to name to replace it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Entry(byte[] content, String tag) {}

    /** Empty where nothing was written yet. */
    Optional<Entry> read() throws IOException;

    /**
     * Replaces the value.
     *
     * @param expectedTag of the value to replace; null where there is none
     * @return false where another one was there; after a failure of the network, false may also come from a write of our
     *     own that had succeeded
     */
    boolean write(byte[] content, @Nullable String expectedTag) throws IOException;

    /** Where it lies, for messages. */
    String place();
}
