/** What stops a step, or the trainer. Pure: figures in, an outcome with its reason out. */
@NullMarked
package dev.attune.trainer.guard;

import org.jspecify.annotations.NullMarked;
