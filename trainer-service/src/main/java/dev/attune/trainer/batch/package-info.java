/** From records of the preference-pairs topic to micro-batches: what waits, what was trained, what is due. */
@NullMarked
package dev.attune.trainer.batch;

import org.jspecify.annotations.NullMarked;
