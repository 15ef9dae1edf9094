package dev.attune.publisher.store;

import dev.attune.publisher.store.oci.OciSettings;
import dev.attune.publisher.store.s3.S3Settings;
import java.nio.file.Path;

/** The kinds of places where artifacts and pointers can lie. */
sealed interface StorePlace {

    /** A folder on a local or shared file system. */
    record Folder(Path directory) implements StorePlace {}

    /** An S3 bucket. */
    record Bucket(S3Settings settings) implements StorePlace {}

    /** A repository in an OCI registry. */
    record Repository(OciSettings settings) implements StorePlace {}
}
