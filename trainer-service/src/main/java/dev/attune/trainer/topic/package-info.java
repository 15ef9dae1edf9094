/** Topics that a trainer reads whole. */
@NullMarked
package dev.attune.trainer.topic;

import org.jspecify.annotations.NullMarked;
