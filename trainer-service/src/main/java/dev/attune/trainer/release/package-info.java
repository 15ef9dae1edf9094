/** What the publisher says of this trainer's versions, as far as the reference follows it. */
@NullMarked
package dev.attune.trainer.release;

import org.jspecify.annotations.NullMarked;
