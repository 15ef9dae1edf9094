/** {@code attune export}: the preference pairs that hold, as a file for offline work. */
@NullMarked
package dev.attune.ingest.export;

import org.jspecify.annotations.NullMarked;
