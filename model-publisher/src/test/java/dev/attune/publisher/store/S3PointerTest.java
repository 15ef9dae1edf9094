package dev.attune.publisher.store;

import dev.attune.publisher.store.pointer.PointerRegister;
import dev.attune.publisher.store.s3.S3Bucket;
import dev.attune.publisher.store.s3.S3Register;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class S3PointerTest extends ChampionPointerContract {

    private HeaderDroppingProxy proxy;
    private S3Bucket bucket;

    /** s3mock compares and writes in two steps, so that of two at once both may win. Behind the proxy there is one at a time. */
    @BeforeEach
    @Override
    void openRegister() throws IOException {
        proxy = HeaderDroppingProxy.startOneAtATime(S3MockServer.sharedUrl());
        bucket = new S3Bucket(S3MockServer.settings(proxy.url()));
        super.openRegister();
    }

    @Override
    PointerRegister open(Path folder) {
        return new S3Register(bucket, "pointers/acme@support.json");
    }

    @AfterEach
    void close() {
        bucket.close();
        proxy.close();
    }
}
