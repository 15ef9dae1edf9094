/** Released artifacts in an S3 bucket, and the conditional writes that the pointer needs. */
@NullMarked
package dev.attune.publisher.store.s3;

import org.jspecify.annotations.NullMarked;
