/** Checkpoints: written aside, named by their content, counted by a committed event, found again at the start. */
@NullMarked
package dev.attune.trainer.checkpoint;

import org.jspecify.annotations.NullMarked;
