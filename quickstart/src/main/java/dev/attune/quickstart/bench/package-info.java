/** {@code attune bench}: how fast the parts are, on this machine, with everything real. */
@NullMarked
package dev.attune.quickstart.bench;

import org.jspecify.annotations.NullMarked;
