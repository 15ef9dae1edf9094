/** From records of the input topic to micro-batches: what waits, what was trained, what is due. */
@NullMarked
package dev.attune.trainer.batch;

import org.jspecify.annotations.NullMarked;
