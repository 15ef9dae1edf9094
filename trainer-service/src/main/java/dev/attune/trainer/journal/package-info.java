/** What the trainer is about to do, on the disk before it does it. */
@NullMarked
package dev.attune.trainer.journal;

import org.jspecify.annotations.NullMarked;
