@NullMarked
package dev.attune.trainer.checkpoint;

import org.jspecify.annotations.NullMarked;
