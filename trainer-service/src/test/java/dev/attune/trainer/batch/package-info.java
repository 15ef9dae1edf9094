@NullMarked
package dev.attune.trainer.batch;

import org.jspecify.annotations.NullMarked;
