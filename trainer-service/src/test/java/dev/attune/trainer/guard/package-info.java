@NullMarked
package dev.attune.trainer.guard;

import org.jspecify.annotations.NullMarked;
