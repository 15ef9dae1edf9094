/** The publisher's topics: checkpoints in, release events out and, at the start, in again: they are its memory. */
@NullMarked
package dev.attune.publisher.log;

import org.jspecify.annotations.NullMarked;
