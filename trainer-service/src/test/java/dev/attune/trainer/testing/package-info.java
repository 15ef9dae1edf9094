/** What several tests of the trainer use. */
@NullMarked
package dev.attune.trainer.testing;

import org.jspecify.annotations.NullMarked;
