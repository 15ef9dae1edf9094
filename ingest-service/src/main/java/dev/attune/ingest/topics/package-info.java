/** {@code attune run topics}: creates the catalogue's topics on a cluster. */
@NullMarked
package dev.attune.ingest.topics;

import org.jspecify.annotations.NullMarked;
