/** Which versions serve, and which publisher may say so. */
@NullMarked
package dev.attune.publisher.store.pointer;

import org.jspecify.annotations.NullMarked;
