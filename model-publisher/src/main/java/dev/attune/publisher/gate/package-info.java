/** What a checkpoint has to pass: content, shape and numbers before it is stored, behaviour once it is served. */
@NullMarked
package dev.attune.publisher.gate;

import org.jspecify.annotations.NullMarked;
