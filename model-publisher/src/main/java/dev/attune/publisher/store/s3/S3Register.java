package dev.attune.publisher.store.s3;

import dev.attune.publisher.store.pointer.PointerRegister;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One object that is replaced only by a write which names the ETag that it read. */
public final class S3Register implements PointerRegister {

    private final S3Bucket bucket;
    private final String name;

    /** @param bucket closed by whoever opened it */
    public S3Register(S3Bucket bucket, String name) {
        this.bucket = bucket;
        this.name = name;
    }

    @Override
    public Optional<Entry> read() throws IOException {
        return bucket.read(name, MAX_BYTES).map(object -> new Entry(object.content(), object.tag()));
    }

    @Override
    public boolean write(byte[] content, @Nullable String expectedTag) throws IOException {
        return (expectedTag == null
                        ? bucket.putIfAbsent(name, content)
                        : bucket.putIfMatches(name, content, expectedTag))
                .isPresent();
    }

    @Override
    public String place() {
        return name + " in " + bucket.place();
    }
}
