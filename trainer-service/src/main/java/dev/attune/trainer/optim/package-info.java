/** The optimizer, with moments that can be saved. */
@NullMarked
package dev.attune.trainer.optim;

import org.jspecify.annotations.NullMarked;
