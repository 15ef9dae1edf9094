@NullMarked
package dev.attune.trainer.release;

import org.jspecify.annotations.NullMarked;
