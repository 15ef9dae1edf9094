/** Released artifacts in an OCI registry, as CNCF ModelPack artifacts. */
@NullMarked
package dev.attune.publisher.store.oci;

import org.jspecify.annotations.NullMarked;
