/** {@code attune bench pairing}: the pairing application beside a topology that only passes records on. */
@NullMarked
package dev.attune.quickstart.bench.pairing;

import org.jspecify.annotations.NullMarked;
