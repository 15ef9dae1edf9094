@NullMarked
package dev.attune.trainer.journal;

import org.jspecify.annotations.NullMarked;
