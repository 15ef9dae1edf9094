/** The topic catalogue and the serdes. The records themselves are generated from {@code src/main/avro} into {@code dev.attune.events}. */
@NullMarked
package dev.attune.schemas;

import org.jspecify.annotations.NullMarked;
