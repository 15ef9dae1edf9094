/**
 * Where released artifacts lie: immutable, under their content's name; and, in {@code pointer}, which of them serve. What
 * differs between a directory, an S3 bucket and an OCI registry is behind {@link dev.attune.publisher.store.BlobStore}.
 */
@NullMarked
package dev.attune.publisher.store;

import org.jspecify.annotations.NullMarked;
