/** Training from a file: {@code attune train}. */
@NullMarked
package dev.attune.trainer.offline;

import org.jspecify.annotations.NullMarked;
