/** {@code ./attune keys}: API keys, for people. */
@NullMarked
package dev.attune.ingest.keys;

import org.jspecify.annotations.NullMarked;
