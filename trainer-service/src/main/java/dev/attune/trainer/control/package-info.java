/** Halt, resume, approve: what people and guards want of a trainer, kept on a compacted topic. */
@NullMarked
package dev.attune.trainer.control;

import org.jspecify.annotations.NullMarked;
